export * from './data-api';
export * from './sql';
export * from './user';
