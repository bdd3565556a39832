export * from './attached-policies';
export * from './clients';
export * from './declared-resources';
export * from './kinds';
export * from './resource-policies';
export * from './without-principals';
