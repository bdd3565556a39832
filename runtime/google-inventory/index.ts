export * from './agents';
export * from './connect';
export * from './permissions';
export * from './take-inventory';
