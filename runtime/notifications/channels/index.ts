export * from './channel';
export * from './mail';
export * from './topic';
