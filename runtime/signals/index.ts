export * from './collect';
export * from './deliver';
export * from './endpoint';
export * from './http';
export * from './serving';
export * from './signer';
export * from './transmitter';
