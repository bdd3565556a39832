import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { certificate, DENIED_AT, finding, former, input, leaving, LEFT_AT, missing, quarantined, report, SIMULATED_AT, VERIFIED_AT } from './left';
import { buildCertificate, CertifiedPrincipal, certificateText, hashOfText } from '../../../runtime/evidence';
import { Denial, PrincipalRecord } from '../../../runtime/model/placement-state';

test('it says who left, whose it was, since when, and at whose word', () => {
  expect(buildCertificate(input())).toMatchObject({
    kind: 'decommission-certificate',
    version: 4,
    id: 'left-1',
    registry: 'agents',
    agentName: 'invoice-bot',
    account: '111122223333',
    purpose: 'Matches invoices',
    sponsor: { id: 'ada@example.com', name: 'Ada' },
    joinedAt: '2026-03-01T00:00:00.000Z',
    leftAt: LEFT_AT.toISOString(),
    by: 'arn:aws:cloudformation:eu-west-1:111122223333:stack/Mine/1',
    chainHead: leaving().lastHash,
  });
});

test('of the sponsor it holds id and name: no address to write to that isn\'t needed for the proof', () => {
  expect(Object.keys(certificate().sponsor)).toEqual(['id', 'name']);
  expect(certificateText(certificate())).not.toContain('li@example.com');
});

describe('each principal that this leave tore down', () => {
  const principals = (changes: Partial<PrincipalRecord>): readonly CertifiedPrincipal[] =>
    buildCertificate(input({ principals: [{ ...quarantined, ...changes }] })).principals;

  test('is named by ARN and id, with what was done with it, and when', () => {
    expect(principals({})).toEqual([{
      arn: 'arn:aws:iam::111122223333:role/agents/test/invoice-bot-test',
      id: 'P',
      stage: 'test',
      denied: { at: DENIED_AT, by: ['permissions-boundary'], simulatedAt: SIMULATED_AT },
      missingSince: null,
      verifiedAt: VERIFIED_AT,
      registryDeletionAt: null,
      absentAt: null,
    }]);
  });

  test('of one that was missing nothing is claimed as denied or deleted', () => {
    expect(buildCertificate(input({ principals: [missing] })).principals).toEqual([{
      arn: 'arn:aws:iam::111122223333:role/agents/production/invoice-bot-production',
      id: 'Q',
      stage: 'production',
      denied: null,
      missingSince: DENIED_AT,
      verifiedAt: VERIFIED_AT,
      registryDeletionAt: null,
      absentAt: VERIFIED_AT,
    }]);
  });

  test.each<[string, Denial | undefined]>([
    ['was never tried', undefined],
    ['worked by no means', { at: DENIED_AT, by: [] }],
    ['the simulator never showed', { at: DENIED_AT, by: ['permissions-boundary'] }],
  ])('a denial that %s is not claimed', (_what, denial) => {
    expect(principals({ denial })[0].denied).toBeNull();
  });

  test('the means of the denial are those that worked', () => {
    expect(principals({ denial: { at: DENIED_AT, by: ['attached-policy'], confirmedAt: SIMULATED_AT } })[0].denied?.by).toEqual(['attached-policy']);
  });

  test('that the registry deleted its role is said if it did, and when the role was not there any more', () => {
    const facts = { registryDeletionAt: SIMULATED_AT, absentAt: VERIFIED_AT };

    expect(principals(facts)).toMatchObject([facts]);
  });
});

test('those that were torn down before, at moves, are named apart, and nothing else is claimed of them', () => {
  const state = { ...leaving(), principals: { P: quarantined, Q: missing, R: former } };

  const { principals, formerPrincipals } = buildCertificate(input({ state, principals: [quarantined, missing] }));

  expect(principals.map(({ id }) => id)).toEqual(['P', 'Q']);
  expect(formerPrincipals).toEqual([{ arn: 'arn:aws:iam::111122223333:role/agents/staging/invoice-bot-staging', id: 'R', stage: 'staging', absentAt: VERIFIED_AT }]);
  expect(certificate().formerPrincipals).toEqual([]);
});

test('by wiper, it lists what was found and what was wiped apart, and when it was searched for again', () => {
  const reports = [
    report('own-secrets', { found: [finding('secret/a'), finding('secret/b')], wiped: [finding('secret/a')], remains: [finding('secret/b')] }),
    report('iam-users', { verifiedAt: '2026-06-01T00:01:30.000Z' }),
  ];

  expect(buildCertificate(input({ reports })).wipers).toEqual([
    { wiper: 'iam-users', found: [], wiped: [], checkedAt: '2026-06-01T00:01:30.000Z' },
    { wiper: 'own-secrets', found: ['secret/a', 'secret/b'], wiped: ['secret/a'], checkedAt: '2026-06-01T00:01:00.000Z' },
  ]);
});

test('what was seen and left alone is there with the reason, and not among what was wiped', () => {
  const theirs = finding('arn:aws:secretsmanager:x', { actedOn: false, note: 'only tagged: look at it' });
  const unexplained = finding('arn:aws:secretsmanager:y', { actedOn: false });
  const made = buildCertificate(input({ reports: [report('tagged-only', { found: [theirs], reportedOnly: [theirs] }), report('own-secrets', { reportedOnly: [unexplained] })] }));

  expect(made.leftAlone).toEqual([{ id: 'arn:aws:secretsmanager:x', note: 'only tagged: look at it' }, { id: 'arn:aws:secretsmanager:y', note: '' }]);
  expect(made.wipers.flatMap(({ wiped }) => wiped)).toEqual([]);
});

test('it states facts only: each member is a value that was recorded, and no sentence says more', () => {
  const members = (value: unknown, path = ''): string[] => Array.isArray(value)
    ? value.flatMap((item) => members(item, `${path}[]`))
    : value !== null && typeof value === 'object'
      ? Object.entries(value).flatMap(([key, member]) => members(member, `${path}.${key}`))
      : [path];
  const full = buildCertificate(input({
    state: { ...leaving(), principals: { P: quarantined, R: former } },
    reports: [report('own-secrets', { found: [finding('a')], wiped: [finding('a')], reportedOnly: [finding('b', { actedOn: false, note: 'n' })] })],
  }));

  // A new member is a new claim. It must state what was done or observed, not what would or should follow.
  expect([...new Set(members(full))].sort()).toEqual([
    '.account', '.agentName', '.by', '.chainHead', '.formerPrincipals[].absentAt', '.formerPrincipals[].arn', '.formerPrincipals[].id', '.formerPrincipals[].stage', '.id', '.joinedAt', '.kind',
    '.leftAlone[].id', '.leftAlone[].note', '.leftAt', '.principals[].absentAt', '.principals[].arn', '.principals[].denied.at', '.principals[].denied.by[]', '.principals[].denied.simulatedAt',
    '.principals[].id', '.principals[].missingSince', '.principals[].registryDeletionAt', '.principals[].stage', '.principals[].verifiedAt', '.purpose',
    '.receipt.assets[].disposition', '.receipt.assets[].id', '.receipt.assets[].kind', '.receipt.assets[].owner', '.receipt.authorization.decidedAt', '.receipt.authorization.gaps[]',
    '.receipt.authorization.reason', '.receipt.authorization.reference', '.receipt.authorization.requester', '.receipt.dependants.gaps[]', '.receipt.effective.at', '.receipt.effective.basis',
    '.receipt.exceptions[].date', '.receipt.exceptions[].kind', '.receipt.exceptions[].owner', '.receipt.exceptions[].reason', '.receipt.exceptions[].what', '.receipt.grants.gaps[]',
    '.receipt.grants.stages[].count', '.receipt.grants.stages[].digest', '.receipt.grants.stages[].live', '.receipt.grants.stages[].stage', '.receipt.grants.trusted[]',
    '.receipt.grants.verification', '.receipt.grants.verifiedAt', '.receipt.handover.offeredTo', '.receipt.knownGaps[]', '.receipt.sources[].gaps[]', '.receipt.sources[].source',
    '.receipt.sources[].wiper', '.registry',
    '.sponsor.id', '.sponsor.name', '.version', '.wipers[].checkedAt', '.wipers[].found[]', '.wipers[].wiped[]', '.wipers[].wiper',
  ]);
  expect(certificateText(full)).not.toMatch(/\b(would|should|could|may|might|can|will|if|unless|next)\b/);
});

test('it has the same members whatever happened: what was not is null or empty, not absent', () => {
  const nothing = buildCertificate(input({ principals: [missing] }));

  expect(Object.keys(nothing)).toEqual(Object.keys(certificate()));
  expect(Object.keys(nothing.principals[0])).toEqual(Object.keys(certificate().principals[0]));
});

test('reports in any order make the same text', () => {
  const reports = [report('a', { found: [finding('x')] }), report('b'), report('c')];

  expect(certificateText(buildCertificate(input({ reports: [...reports].reverse() })))).toBe(certificateText(buildCertificate(input({ reports }))));
});

test('the text is canonical: members in one order and no white space, so anybody can make it again from what it says', () => {
  const text = certificateText(certificate());

  expect(text).toMatch(/^\{"account":"111122223333","agentName":"invoice-bot","by":/);
  expect(certificateText(JSON.parse(text))).toBe(text);
  expect(certificateText(Object.fromEntries(Object.entries(certificate()).reverse()) as never)).toBe(text);
});

test('the hash is SHA-256 of the text in UTF-8, in hex', () => {
  expect(hashOfText('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  expect(hashOfText('Größe')).toBe(createHash('sha256').update(Buffer.from('Größe', 'utf8')).digest('hex'));
});

test('law: any change of what it says changes its hash', () => {
  const members = Object.keys(certificate()) as (keyof ReturnType<typeof certificate>)[];
  const original = hashOfText(certificateText(certificate()));
  fc.assert(fc.property(fc.constantFrom(...members), fc.string(), (member, text) => {
    const changed = certificate({ [member]: text });
    expect(hashOfText(certificateText(changed)) === original).toBe(certificate()[member] === text);
  }));
});
