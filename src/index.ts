export * from './core';
export * from './aws';
export * as google from './google';
