export * from './gather';
export * from './resume';
export * from './state';
export * from './suspend';
