export * from './download';
export * from './finding';
export * from './verify';
