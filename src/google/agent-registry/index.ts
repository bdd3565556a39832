export * from './agent-registry-ref';
