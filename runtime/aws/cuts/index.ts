export * from './cut';
export * from './cut-context';
export * from './cuts';
export * from './holdings';
export * from './missing';
