export * from './delete';
export * from './identity-context';
export * from './in-band';
export * from './inspect';
export * from './quarantine';
export * from './simulate';
export * from './terminate';
