export { AgentRegistry } from './agent-registry';
export type { AgentRegistryProps } from './agent-registry';
export type { IAgentRegistry } from './agent-registry-ref';
export type { MassLeaverLimit } from './mass-leaver-limit';
export { AgentRegistryBase } from './registry-base';
export type { AgentRegistryReferenceProps } from './registry-base';
