export * from './access-exception';
