export * from './last-accessed-report';
export * from './read-usage';
export * from './service-uses';
