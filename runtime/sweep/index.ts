export * from './run-step';
export * from './sweep';
