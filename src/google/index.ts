export * from './required-packages';
