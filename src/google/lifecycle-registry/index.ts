export * from './lifecycle-registry';
export * from './lifecycle-registry-ref';
