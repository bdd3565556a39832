export type { Finding, Severity } from './check';
export { CHECKS } from './checks';
export { examine, worstOf, type Examination } from './examine';
