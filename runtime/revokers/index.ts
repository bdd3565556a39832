export { type SigningKeys } from './app-token';
export * from './hear-answer';
export * from './invoke-function';
export * from './not-done';
export * from './outbound';
export * from './perform';
export * from './secrets';
