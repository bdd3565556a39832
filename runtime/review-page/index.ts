export * from './app';
export * from './desk';
export * from './http-api';
export * from './page';
export * from './sign-in';
