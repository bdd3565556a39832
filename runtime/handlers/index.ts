export { lifecycleRequest } from './lifecycle-request';
export { lifecycleStep } from './lifecycle-step';
export { registryGuard } from './registry-guard';
