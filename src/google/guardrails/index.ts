export * from './agent-guardrails';
