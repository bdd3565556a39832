export * from './operators-calls';
export * from './plain-calls';
export * from './xml';
