export * from './read-usage';
export type { UsageSubject } from './source';
export * from './sources';
