export * from './run-wiper';
export * from './wiper';
