export * from './compare';
export * from './schedule';
