export * from './adopt';
export * from './before';
export * from './give-back';
export * from './guards';
export * from './trust';
