export * from './run-wiper';
export * from './wiper';
export * from './wipers';
