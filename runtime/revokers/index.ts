export * from './invoke-function';
export * from './outbound';
export * from './perform';
export * from './secrets';
