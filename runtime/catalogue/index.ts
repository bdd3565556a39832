export * from './next-step';
export * from './reconcile';
export * from './records';
export * from './sync';
export * from './wanted';
