export * from './access-certification';
export * from './review-authentication';
