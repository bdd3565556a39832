export * from './link';
export * from './mac';
