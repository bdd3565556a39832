export { NOT_SEARCHED } from './grants-elsewhere';
export * from './wiper';
export * from './wipers';
