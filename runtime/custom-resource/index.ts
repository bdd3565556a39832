export * from './event';
export * from './response';
