export * from './collect-report';
export * from './formats/csv';
export * from './formats/html';
export * from './model';
export * from './take-report';
