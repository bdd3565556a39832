export * from './access-rules';
export * from './agent-identity';
export * from './agent-registry';
export * from './agent-runtime';
