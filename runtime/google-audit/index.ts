export * from './take-report';
