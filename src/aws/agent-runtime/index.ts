export { AgentRuntime } from './agent-runtime';
export type { BrokerRuntimeProps } from './broker-runtime';
export type { CustomRuntimeProps } from './custom-runtime';
export type { LambdaRuntimeOptions } from './lambda-runtime';
