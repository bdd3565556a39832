export { AgentAccess } from './agent-access';
export * from './declared-access';
