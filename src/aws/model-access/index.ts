export type { ApplicationProfileAccessProps, InferenceProfileAccessProps } from './inference-profiles';
export { ModelAccess } from './model-access';
