export { AgentAccessKey } from './access-key';
export * from './access-key-props';
export { AgentBedrockApiKey } from './bedrock-api-key';
export * from './bedrock-api-key-props';
