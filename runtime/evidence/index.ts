export * from './certificate';
export * from './certificate-store';
export * from './render-certificate';
