export * from './connect';
export * from './findings';
export * from './formats/csv';
export * from './formats/ocsf';
export * from './model';
export * from './permissions';
export * from './report/page';
export * from './take-inventory';
