export * from './lifecycle-registry';
export * from './lifecycle-registry-ref';
export { type LifecycleRegistryReferenceProps } from './named-registry';
