export * from './confirm';
export * from './event';
export * from './response';
export * from './stacks';
export * from './template-grants';
export * from './written-role';
