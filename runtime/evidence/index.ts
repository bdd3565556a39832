export * from './certificate';
export * from './certificate-store';
export * from './printable';
export * from './render-certificate';
