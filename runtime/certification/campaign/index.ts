export * from './bring-forward';
export * from './envelope';
export * from './outcome';
export * from './population';
export * from './record';
