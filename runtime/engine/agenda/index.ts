export * from './entry';
export * from './idle';
export * from './next-due';
export * from './waiting';
