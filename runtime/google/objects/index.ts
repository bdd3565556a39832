export * from './append';
export * from './objects';
