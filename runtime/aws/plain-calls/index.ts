export * from './plain-calls';
