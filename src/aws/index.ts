export * from './access-certification';
export * from './access-rules';
export * from './agent-assertions';
export * from './agent-identity';
export * from './lifecycle-registry';
export * from './agent-runtime';
export * from './model-access';
export * from './token-access';
