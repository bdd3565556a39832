export * from './ask-revoker';
