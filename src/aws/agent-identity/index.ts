export * from './agent-defaults';
export { type AgentReferenceProps, type IManagedAgentIdentity } from './agent-reference';
export { type DeclaredAccess } from './declared-access';
export * from './managed-agent-identity';
export * from './managed-agent-identity-props';
export { OboProvider } from './obo-provider';
export * from './obo-provider-props';
export * from './own-secret';
