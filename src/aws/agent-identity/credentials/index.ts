export * from './agent-api-key';
export * from './agent-machine-client';
export * from './agent-roles-anywhere-profile';
