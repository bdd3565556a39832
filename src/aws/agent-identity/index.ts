export * from './adopted-agent-identity';
export * from './adopted-agent-identity-props';
export * from './agent-defaults';
export { type AgentReferenceProps, type IManagedAgentIdentity } from './agent-reference';
export { type DeclaredAccess } from './declared-access';
export * from './managed-agent-identity';
export * from './managed-agent-identity-props';
export * from './own-secret';
