export * from './exceptional-access';
