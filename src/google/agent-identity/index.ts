export * from './agent-defaults';
export * from './managed-agent-identity';
