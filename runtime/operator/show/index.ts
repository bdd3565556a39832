export * from './certificates';
export * from './details';
export * from './timeline';
