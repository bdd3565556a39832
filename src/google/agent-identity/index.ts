export * from './agent-defaults';
export * from './agent-key';
export * from './managed-agent-identity';
export * from './retired-agents';
