export { agenda } from './agenda';
export { deletionCheck } from './deletion-check';
export { lifecycleRequest } from './lifecycle-request';
export { lifecycleStep } from './lifecycle-step';
export { notifications } from './notifications';
export { sponsorDirectory } from './sponsor-directory';
export { suspensionDrill } from './suspension-drill';
export { suspensionEvent } from './suspension-event';
