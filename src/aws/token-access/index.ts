export * from './token-access';
