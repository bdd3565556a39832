export * from './agent-api-key';
export * from './agent-api-key-provider';
export * from './agent-database-user';
export * from './agent-machine-client';
export * from './agent-roles-anywhere-profile';
