export * from './wiper';
export * from './wipers';
