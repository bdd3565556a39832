export { agenda } from './agenda';
export { lifecycleRequest } from './lifecycle-request';
export { lifecycleStep } from './lifecycle-step';
export { notifications } from './notifications';
export { deletionCheck } from './deletion-check';
export { suspensionDrill } from './suspension-drill';
export { suspensionEvent } from './suspension-event';
