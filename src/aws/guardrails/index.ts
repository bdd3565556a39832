export { type GuardrailAcknowledgement } from './acknowledgement';
export * from './agent-guardrails';
export * from './organization/guardrail-alarm';
export * from './organization/organization-guardrails';
export * from './rule';
export { GuardrailApp } from './template/guardrail-app';
export { GuardrailPrincipal } from './template/guardrail-principal';
export { GuardrailResource } from './template/guardrail-resource';
export { GuardrailTemplate } from './template/guardrail-template';
