export { type AgentStack, stacksIn } from './assembly';
export { planOf, PLANNED, type Planned, type PlannedAgent } from './compare';
export { connectDeployed, deployedOf, type DeployedReader } from './deployed';
