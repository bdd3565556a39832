export * from './agent-defaults';
export * from './agent-naming';
export * from './agent-reference';
export { type DeclaredAccess } from './declared-access';
export * from './managed-agent-identity';
