export * from './core';
export * from './revokers';
export * from './aws';
export * as google from './google';
