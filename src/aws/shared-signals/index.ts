export * from './shared-signals';
export * from './signal-receiver';
