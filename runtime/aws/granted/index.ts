export * from './attached-policies';
export * from './clients';
export * from './kinds';
export * from './resource-policies';
