export * from './certificates';
export * from './connect';
export * from './fleet';
export { renderAccountCertificate } from '../proof';
export * from './revocations';
export * from './show';
export * from './suspensions';
export * from './verify';
