export * from './agent-assertion';
export * from './agent-assertions';
