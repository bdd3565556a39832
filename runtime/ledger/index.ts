export * from './leaver-limit';
export * from './lock';
export * from './outbox';
export * from './placement-ledger';
export * from './request-ledger';
export * from './table';
