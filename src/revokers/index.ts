export { type GitHubAppRevokerProps } from './kinds/github-app';
export { type HttpChange, type HttpRevokerProps, type HttpSuspension, type HttpVerification, RevokerMethod } from './kinds/http';
export { type HumanRevokerProps } from './kinds/human';
export { OAuth2ClientAuthentication, type OAuth2RevokerProps } from './kinds/oauth2';
export { type QueueRevokerProps } from './kinds/queue';
export { ScimRemoval, type ScimRevokerProps } from './kinds/scim';
export { Revoker } from './revoker';
export { type RevokerProps, type SuspendableRevokerProps } from './revoker-props';
