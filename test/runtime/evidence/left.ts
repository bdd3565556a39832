import { WIPERS } from '../../../runtime/aws/wipers';
import { buildCertificate, CertificateInput, DecommissionCertificate } from '../../../runtime/evidence';
import { PlacementState, PrincipalRecord } from '../../../runtime/model/placement-state';
import { Finding, WipeReport } from '../../../runtime/wiping';
import { declaredFor, MINE, PLACEMENT, principal } from '../engine/decision/requests';

export const DENIED_AT = '2026-06-01T00:00:00.000Z';
export const SIMULATED_AT = '2026-06-01T00:00:20.000Z';
export const VERIFIED_AT = '2026-06-01T00:01:30.000Z';
export const LEFT_AT = new Date('2026-06-01T00:02:00Z');

export function finding(id: string, changes: Partial<Finding> = {}): Finding {
  return { wiper: 'own-secrets', kind: 'secret', id, actedOn: true, ...changes };
}

export function report(wiper: string, changes: Partial<WipeReport> = {}): WipeReport {
  return { wiper, found: [], wiped: [], remains: [], reportedOnly: [], verifiedAt: '2026-06-01T00:01:00.000Z', ...changes };
}

export const quarantined: PrincipalRecord = {
  ...principal('P'),
  status: 'retiring',
  cutBeforeGrant: true,
  originalBoundary: null,
  denial: { at: DENIED_AT, by: ['permissions-boundary'], confirmedAt: SIMULATED_AT },
  verifiedAt: VERIFIED_AT,
};
/** Its role was deleted by hand before the teardown began. */
export const missing: PrincipalRecord = { ...principal('Q'), status: 'retiring', cutBeforeGrant: false, missingSince: DENIED_AT, verifiedAt: VERIFIED_AT, absentAt: VERIFIED_AT };
/** Torn down by an earlier move. */
export const former: PrincipalRecord = { ...principal('R'), status: 'retired', cutBeforeGrant: true, absentAt: VERIFIED_AT };

export function leaving(): PlacementState {
  return {
    placement: PLACEMENT,
    status: 'leaving',
    present: 'P',
    principals: { P: quarantined },
    owner: MINE,
    declared: declaredFor('P'),
    joinedAt: '2026-03-01T00:00:00.000Z',
    sequence: 3,
    lastHash: 'c'.repeat(64),
    unsent: [],
    version: 7,
  };
}

export function input(changes: Partial<CertificateInput> = {}): CertificateInput {
  return {
    id: 'left-1',
    registry: 'agents',
    state: leaving(),
    principals: [quarantined],
    reports: [],
    by: MINE.stackId,
    leftAt: LEFT_AT,
    origin: 'cloudformation',
    reference: 'cloudformation-withdraw-1',
    searches: WIPERS,
    notSearched: [],
    dependants: { agents: [], principals: [] },
    ...changes,
  };
}

export function certificate(changes: Partial<DecommissionCertificate> = {}): DecommissionCertificate {
  return { ...buildCertificate(input()), ...changes };
}
