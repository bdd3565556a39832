export * from './agent-registry';
export * from './agent-registry-ref';
