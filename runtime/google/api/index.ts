export * from './access-tokens';
export * from './api-error';
export * from './backoff';
export * from './caller';
export * from './endpoint';
export * from './google-api';
export * from './pages';
