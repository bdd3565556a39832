export * from './certificate-core';
export * from './certificate-text';
export * from './printable';
export * from './receipt';
export * from './render-core';
export * from './verify-evidence';
