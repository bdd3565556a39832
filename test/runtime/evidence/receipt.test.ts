import { VERSION_3 } from './frozen-certificates';
import { certificate, DENIED_AT, finding, input, leaving, LEFT_AT, missing, quarantined, report, SIMULATED_AT, VERIFIED_AT } from './left';
import { CERTIFICATE } from '../../../build/certificate-schema';
import { chainHeadOf, verifyEvidence } from '../../../runtime/certificate';
import { buildCertificate, CertificateInput, certificateText, DecommissionCertificate, hashOfText, renderCertificate } from '../../../runtime/evidence';
import { PlacementState } from '../../../runtime/model/placement-state';
import { Offboard } from '../../../runtime/model/request';
import { declaredFor } from '../engine/decision/requests';

const receipt = (changes: Partial<CertificateInput> = {}) => buildCertificate(input(changes)).receipt;
const gapsOf = (made: ReturnType<typeof receipt>, gaps: readonly number[]): string[] => gaps.map((gap) => made.knownGaps[gap]);
const OPERATOR = 'arn:aws:sts::111122223333:assumed-role/Ops/ada';

describe('who wanted the leave', () => {
  test('of a deployment the stack and the request are named, and that CloudFormation names nobody is a known gap', () => {
    const made = receipt();

    expect(made.authorization).toMatchObject({ requester: leaving().owner.stackId, reason: null, approvedBy: [], reference: 'cloudformation-withdraw-1', decidedAt: null });
    expect(gapsOf(made, made.authorization.gaps)).toEqual([
      expect.stringMatching(/^CloudFormation names neither the person nor the role/), expect.stringContaining('nobody to approve'), expect.stringContaining('no order of a person'),
    ]);
  });

  test('of an operator there are person, reason and time, and no such gap', () => {
    const { reason }: Offboard = { kind: 'offboard', reason: 'Its vendor was breached' };
    const state = { ...leaving(), offboarding: { since: DENIED_AT, by: OPERATOR, reason } };

    const made = receipt({ state, by: OPERATOR, origin: 'operator', reference: 'operator-offboard-1', reason });

    expect(made.authorization).toMatchObject({ requester: OPERATOR, reason, reference: 'operator-offboard-1', decidedAt: DENIED_AT });
    expect(gapsOf(made, made.authorization.gaps)).toEqual([expect.stringContaining('nobody to approve')]);
  });
});

describe('since when it holds', () => {
  test.each([
    ['the simulator showed the last denial', [quarantined], { at: SIMULATED_AT, basis: 'simulated' }],
    ['nothing was there any more', [missing], { at: DENIED_AT, basis: 'absent' }],
    ['the last of two could act no more', [quarantined, missing], { at: SIMULATED_AT, basis: 'simulated' }],
    ['only the last check is known', [{ ...quarantined, denial: undefined }], { at: VERIFIED_AT, basis: 'checked' }],
    ['nothing was to be torn down', [], { at: LEFT_AT.toISOString(), basis: 'checked' }],
  ])('%s', (_what, principals, expected) => {
    const made = receipt({ principals });

    expect(made.effective).toEqual(expected);
    expect(made.grants).toMatchObject({ verification: expected.basis, verifiedAt: expected.at });
  });
});

test('each source is named with its gaps; a text that several share is written once; what was not searched is named too', () => {
  const made = receipt({ reports: [report('schedules'), report('tagged-only'), report('kms-grants')], notSearched: ['each EKS cluster of the region'] });

  expect(made.sources.map(({ wiper }) => wiper)).toEqual(['kms-grants', 'schedules', 'tagged-only']);
  const [, schedules, tagged] = made.sources;
  expect(schedules.source).toMatch(/^schedules whose names begin/);
  const shared = made.knownGaps.indexOf('other regions');
  expect([schedules.gaps.includes(shared), tagged.gaps.includes(shared)]).toEqual([true, true]);
  expect(new Set(made.knownGaps).size).toBe(made.knownGaps.length);
  expect(made.notSearched).toEqual(['each EKS cluster of the region']);
});

test('a wiper that this version does not know any more is named, and that its gaps are not known', () => {
  const made = receipt({ reports: [report('wiper-of-before')] });

  expect(made.sources[0].source).toBe('wiper-of-before');
  expect(gapsOf(made, made.sources[0].gaps)).toEqual([expect.stringContaining('another version')]);
});

test('grants of each stage are counted under their digest, those that were not in force apart', () => {
  const access = { ...declaredFor('P').access!, stages: ['*', 'test', 'production'].map((stage) => ({ stage, digest: `digest-${stage}`, grants: [{ actions: ['s3:GetObject'], resources: ['*'] }], omitted: 2 })) };

  expect(receipt({ state: { ...leaving(), declared: { ...declaredFor('P'), access } } }).grants.stages).toEqual([
    { stage: '*', digest: 'digest-*', count: 3, live: true }, { stage: 'test', digest: 'digest-test', count: 3, live: true }, { stage: 'production', digest: 'digest-production', count: 3, live: false },
  ]);
});

test('each asset has an owner and one disposition, and each exception an owner and a date', () => {
  const [gone, theirs] = [finding('secret/a'), finding('arn:x', { actedOn: false, kind: 'queue', note: 'only tagged' })];
  const adopted = { ...quarantined, roleId: 'A', roleArn: 'arn:of-adopted', reach: 'reach' };
  const exceptions = [{ actions: ['iam:PassRole'], reason: 'Starts jobs', until: '2026-09-01T00:00:00Z' }];

  const made = receipt({
    state: { ...leaving(), declared: declaredFor('P', { exceptions }) },
    principals: [quarantined, missing, adopted],
    reports: [report('own-secrets', { found: [gone], wiped: [gone] }), report('tagged-only', { found: [theirs], reportedOnly: [theirs] })],
  });

  expect(made.assets.map(({ id, disposition, owner }) => [id, disposition, owner])).toEqual([
    [quarantined.roleArn, 'awaited', 'ada@example.com'], [missing.roleArn, 'deleted', 'ada@example.com'], ['arn:of-adopted', 'given-back', 'ada@example.com'],
    ['secret/a', 'deleted', 'ada@example.com'], ['arn:x', 'left', 'ada@example.com'],
  ]);
  expect(made.exceptions).toEqual([
    { kind: 'access-rule', what: 'iam:PassRole', reason: 'Starts jobs', owner: 'ada@example.com', date: '2026-09-01T00:00:00Z' },
    { kind: 'left-alone', what: 'arn:x', reason: 'only tagged', owner: 'ada@example.com', date: LEFT_AT.toISOString() },
    { kind: 'awaited', what: quarantined.roleArn, reason: 'still in IAM, denied everything', owner: 'stack Mine', date: VERIFIED_AT },
  ]);
});

test('dependants are named with their sponsors, and a stack to which the agent was offered', () => {
  const dependant: PlacementState = { ...leaving(), placement: { ...leaving().placement, agentName: 'planner' } };

  const made = receipt({
    state: { ...leaving(), offeredTo: 'Theirs' }, dependants: { agents: [{ agentName: 'planner', relation: 'invokes', state: dependant }], principals: ['arn:aws:iam::111122223333:role/Ops'] },
  });

  expect(made.dependants).toMatchObject({ agents: [{ agentName: 'planner', relation: 'invokes', sponsor: 'ada@example.com' }], principals: ['arn:aws:iam::111122223333:role/Ops'] });
  expect(made.handover).toEqual({ offeredTo: 'Theirs' });
  expect(receipt()).toMatchObject({ dependants: { agents: [], principals: [] }, handover: { offeredTo: null } });
  // Who reads what it sent is a dependant, and could not use its role.
  const access = { stages: [], policy: '', trust: '', guards: '', trusted: ['Agent archivist (reads)', 'Service lambda.amazonaws.com'] };
  expect(receipt({ state: { ...leaving(), declared: { ...leaving().declared, access } } }).grants.trusted).toEqual(['Service lambda.amazonaws.com']);
});

describe('the schema', () => {
  const full = buildCertificate(input({ reports: [report('own-secrets', { found: [finding('a')], wiped: [finding('a')] })] }));
  const without = (path: readonly string[]): unknown => {
    const copy = structuredClone(full) as unknown as Record<string, unknown>;
    const parent = path.slice(0, -1).reduce<Record<string, unknown>>((at, key) => at[key] as Record<string, unknown>, copy);
    delete parent[path.at(-1)!];
    return copy;
  };

  test('accepts a certificate', () => {
    expect(CERTIFICATE.parse(full)).toEqual(full);
  });

  test.each([
    ...Object.keys(full).map((key) => [key]), ...Object.entries(full.receipt).flatMap(([key, part]) => [
      ['receipt', key], ...(Array.isArray(part) || typeof part !== 'object' ? [] : Object.keys(part).map((member) => ['receipt', key, member])),
    ]),
  ])('refuses one without %s %s %s', (...path) => {
    expect(CERTIFICATE.safeParse(without(path.filter((key) => key !== undefined))).success).toBe(false);
  });

  test('refuses a further member, a former version, and a gap that no text explains', () => {
    const { receipt: made } = full;
    expect(CERTIFICATE.safeParse({ ...full, more: 1 }).success).toBe(false);
    expect(CERTIFICATE.safeParse(JSON.parse(VERSION_3)).success).toBe(false);
    expect(CERTIFICATE.safeParse({ ...full, receipt: { ...made, grants: { ...made.grants, gaps: [made.knownGaps.length] } } }).success).toBe(false);
  });
});

describe('a certificate of version 3', () => {
  const frozen = JSON.parse(VERSION_3) as DecommissionCertificate;

  test('is verified as before: its text is the one that was hashed', () => {
    const event = (sha256: string) => [{ data: { unmapped: { details: { certificate: 'k', certificateSha256: sha256 } } } }] as never;

    expect(certificateText(frozen)).toBe(VERSION_3);
    expect(verifyEvidence(event(hashOfText(VERSION_3)), new Map([['k', VERSION_3]]))).toEqual([{ key: 'k', verdict: 'intact' }]);
    expect(verifyEvidence(event(hashOfText(VERSION_3)), new Map([['k', VERSION_3.replace('Ada', 'Eve')]]))).toEqual([{ key: 'k', verdict: 'changed' }]);
    expect(chainHeadOf(VERSION_3)).toBe('c'.repeat(64));
  });

  test('is shown without what it does not have; one of this version has it', () => {
    const shown = renderCertificate({ certificate: frozen });

    expect(shown).toContain('own-secrets                    1 found, 1 deleted, checked again 2026-06-01T00:01:00.000Z\n');
    expect(shown).not.toMatch(/known gaps|approved by|depended/);
    expect(renderCertificate({ certificate: certificate() })).toMatch(/approved by[^]*depended on it[^]*known gaps/);
  });
});
