export * from './agent-of';
export * from './drill';
export * from './events';
export * from './named-principal';
export * from './respond';
