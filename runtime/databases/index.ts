export * from './data-api';
export * from './own-password';
export * from './sql';
export * from './user';
