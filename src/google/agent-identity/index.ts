export * from './agent-defaults';
export * from './agent-key';
export * from './managed-agent-identity';
export * from './managed-agent-identity-props';
export * from './retired-agents';
