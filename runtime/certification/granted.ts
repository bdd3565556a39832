import { allowing, grantedBy, Statement, texts } from '../../src/core/identities/statement';
import { GrantRecord } from '../model/placement-state';

export { allowing, texts, type Statement };

/** What one policy allows. */
export interface GrantedRecord extends GrantRecord {
  /** The policy that allows it. Absent for the access policy of the agent's own template. */
  readonly source?: string;
}

/** A policy as AWS returns it. */
export interface FoundPolicy {
  readonly document: string;
  readonly source?: string;
}

/** What policies of a role allow. */
export function grantsIn(policies: readonly FoundPolicy[]): GrantedRecord[] {
  return policies.flatMap(({ document, source }) => allowing(document).map((statement) => grantOf(statement, source)));
}

export function grantOf(statement: Statement, source: string | undefined): GrantedRecord {
  return { ...grantedBy(statement), ...(source === undefined ? {} : { source }) };
}
