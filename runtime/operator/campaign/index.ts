export * from './acknowledge';
export * from './acknowledgement';
export * from './campaigning';
export * from './close';
export * from './open';
export * from './status';
export * from './verify';
export * from './verify-package';
