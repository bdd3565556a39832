export * from './html-file';
export * from './style';
