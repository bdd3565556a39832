import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { certificate, finding, input, leaving, LEFT_AT, neverCut, quarantined, report } from './left';
import { buildCertificate, certificateText, hashOfText } from '../../../runtime/evidence';

test('it says who left, whose it was, since when, and at whose word', () => {
  expect(buildCertificate(input())).toMatchObject({
    kind: 'decommission-certificate',
    version: 1,
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

test('each principal is named by ARN and id, with the time of its denial, or none if it was gone already', () => {
  expect(buildCertificate(input({ principals: [quarantined, neverCut] })).principals).toEqual([
    { arn: 'arn:aws:iam::111122223333:role/agents/test/invoice-bot-test', id: 'P', stage: 'test', deniedAt: '2026-06-01T00:00:00.000Z' },
    { arn: 'arn:aws:iam::111122223333:role/agents/production/invoice-bot-production', id: 'Q', stage: 'production', deniedAt: null },
  ]);
});

test('by wiper, it lists what was found and what was wiped apart, and when it was looked for again', () => {
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

test('it claims what was done and seen, and nothing of what was not', () => {
  const { claims } = certificate();

  expect(claims).toHaveLength(3);
  expect(claims.join()).toContain('looked for again afterwards and not found');
  expect(claims.join()).toContain('its role is deleted by CloudFormation next');
  const finished = buildCertificate(input({ rolesDeleted: true })).claims.join();
  expect(finished).toContain('its role was deleted, as CloudFormation had given it up, and was looked for again and not found');
  expect(finished).not.toContain('deleted by CloudFormation next');
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
