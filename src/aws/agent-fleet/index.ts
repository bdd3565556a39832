export { AgentFleet } from './agent-fleet';
export type { AgentFleetProps } from './agent-fleet-props';
