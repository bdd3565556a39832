export * from './agent-access';
export * from './agent-grant';
export * from './declared-access';
