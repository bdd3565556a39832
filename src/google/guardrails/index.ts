export * from './agent-access-boundary';
export * from './agent-guardrails';
export * from './suspension-roles';
