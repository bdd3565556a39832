export * from './read-usage';
