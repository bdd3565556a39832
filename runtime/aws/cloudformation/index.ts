export * from './confirm';
export * from './event';
export * from './response';
export * from './stacks';
export * from './written-role';
