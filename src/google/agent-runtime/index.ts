export * from './agent-runtime';
export * from './federated-identity';
export * from './runtime-options';
