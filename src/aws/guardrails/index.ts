export { type GuardrailAcknowledgement } from './acknowledgement';
export * from './agent-guardrails';
export * from './organization/guardrail-alarm';
export * from './organization/organization-guardrails';
export * from './rule';
export * from './template/guardrail-app';
export * from './template/guardrail-principal';
export * from './template/guardrail-resource';
export * from './template/guardrail-template';
