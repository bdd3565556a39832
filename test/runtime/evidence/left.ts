import { buildCertificate, CertificateInput, DecommissionCertificate } from '../../../runtime/evidence';
import { PlacementState, PrincipalRecord } from '../../../runtime/lifecycle/placement-state';
import { Finding, WipeReport } from '../../../runtime/wipers';
import { declaredFor, MINE, NOW, PLACEMENT, principal } from '../lifecycle/requests';

export const CUT_AT = '2026-06-01T00:00:00.000Z';
export const LEFT_AT = new Date('2026-06-01T00:02:00Z');

export function finding(id: string, changes: Partial<Finding> = {}): Finding {
  return { wiper: 'own-secrets', kind: 'secret', id, actedOn: true, ...changes };
}

export function report(wiper: string, changes: Partial<WipeReport> = {}): WipeReport {
  return { wiper, found: [], wiped: [], remains: [], reportedOnly: [], verifiedAt: '2026-06-01T00:01:00.000Z', ...changes };
}

export const quarantined: PrincipalRecord = { ...principal('P'), status: 'retiring', cutBeforeGrant: true, originalBoundary: null, cutAt: CUT_AT };
export const neverCut: PrincipalRecord = { ...principal('Q'), status: 'retiring', cutBeforeGrant: false };

export function leaving(): PlacementState {
  return {
    placement: PLACEMENT,
    status: 'leaving',
    present: 'P',
    principals: { P: quarantined },
    owner: MINE,
    declared: declaredFor('P'),
    joinedAt: '2026-03-01T00:00:00.000Z',
    renewedAt: NOW.toISOString(),
    sequence: 3,
    lastHash: 'c'.repeat(64),
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
    rolesDeleted: false,
    by: MINE.stackId,
    leftAt: LEFT_AT,
    ...changes,
  };
}

export function certificate(changes: Partial<DecommissionCertificate> = {}): DecommissionCertificate {
  return { ...buildCertificate(input()), ...changes };
}
