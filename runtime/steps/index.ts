export * from './answer-step';
export * from './begin';
export * from './engine';
export * from './quarantine-step';
export * from './record-step';
export * from './start-transition';
export * from './wipe-step';
