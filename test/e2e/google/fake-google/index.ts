export * from './fake-google';
export * from './in-process';
export * from './server';
