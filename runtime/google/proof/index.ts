export * from './account-certificate';
export * from './certificate-input';
export * from './certify';
export * from './life';
export * from './record-teardown';
export * from './render-certificate';
export * from './teardown-record';
export * from './write-once';
