export * from './cost';
export * from './last-accessed-report';
export * from './read-usage';
export * from './service-uses';
export type { UsageSubject } from './source';
export * from './sources';
