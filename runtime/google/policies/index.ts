export * from './holder-kinds';
export * from './members';
export * from './policy';
export * from './policy-holder';
export * from './remove-members';
