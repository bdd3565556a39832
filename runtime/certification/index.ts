export * from './brought-forward';
export * from './declared-text';
export * from './evidence-text';
export * from './granted';
export * from './items';
export * from './progress';
export * from './reduction-policy';
export * from './reviewer';
