export * from './agent-access';
export * from './declared-access';
