export * from './access-certification';
