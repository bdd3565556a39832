// Must be first: it reports which packages are missing before another import fails less clearly.
export * from './required-packages';
export * from './access';
export * from './agent-identity';
export * from './lifecycle-registry';
export * from './agent-runtime';
export * from './google-provider';
export * from './guardrails';
