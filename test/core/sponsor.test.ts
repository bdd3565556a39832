import * as fc from 'fast-check';
import { codeOf, TOKENS } from './code-of';
import { PersonSponsorProps, Sponsor, SponsorKind, TeamSponsorProps } from '../../src/core/sponsor';
import { sponsorToRecord } from '../../src/core/sponsor-record';

const PERSON: PersonSponsorProps = { name: 'Ada Park', email: 'ada.park@example.com', backupEmail: 'li.chen@example.com' };
const TEAM: TeamSponsorProps = {
  name: 'Payments', mailbox: 'payments@example.com', accountableName: 'Ada Park', accountableEmail: 'ada.park@example.com', backupEmail: 'li.chen@example.com',
};
// A sponsor is checked where it is used.
const used = (sponsor: Sponsor) => sponsorToRecord(sponsor);
const person = (props: Partial<PersonSponsorProps> = {}) => used(Sponsor.person({ ...PERSON, ...props }));
const team = (props: Partial<TeamSponsorProps> = {}) => used(Sponsor.team({ ...TEAM, ...props }));

test('a person is accountable for itself', () => {
  expect(person()).toEqual({
    kind: SponsorKind.PERSON,
    name: 'Ada Park',
    email: 'ada.park@example.com',
    accountableName: 'Ada Park',
    accountableEmail: 'ada.park@example.com',
    backupEmail: 'li.chen@example.com',
    id: 'ada.park@example.com',
  });
});

test('a team answers by one person', () => {
  expect(team()).toEqual({
    kind: SponsorKind.TEAM,
    name: 'Payments',
    email: 'payments@example.com',
    accountableName: 'Ada Park',
    accountableEmail: 'ada.park@example.com',
    backupEmail: 'li.chen@example.com',
    id: 'ada.park@example.com',
  });
});

test('id and cost centre are kept', () => {
  expect(person({ id: 'E4711', costCenter: 'CC 12' })).toMatchObject({ id: 'E4711', costCenter: 'CC 12' });
  expect(team({ id: 'T1', costCenter: 'CC 12' })).toMatchObject({ id: 'T1', costCenter: 'CC 12' });
});

test.each(['Ada Park', 'A', 'Zoë O\'Hara-Müller', '朴 愛', 'x'.repeat(128)])('%s is a name', (name) => {
  expect(person({ name }).name).toBe(name);
  expect(team({ name }).name).toBe(name);
  expect(team({ accountableName: name }).accountableName).toBe(name);
});

test.each([
  ['empty', ''],
  ['too long', 'x'.repeat(129)],
])('fails when a name is %s', (_what, name) => {
  expect(codeOf(() => person({ name }))).toBe('NameRequired');
  expect(codeOf(() => team({ name }))).toBe('NameRequired');
  expect(codeOf(() => team({ accountableName: name }))).toBe('NameRequired');
});

test.each([
  ['blank', '  ', 'TextNotPlain'],
  ['with spaces around it', ' Ada ', 'TextNotPlain'],
  ['with a line break', 'Ada\nBcc: eve@example.com', 'TextNotPlain'],
  ['with a line break at the end', 'Ada\n', 'TextNotPlain'],
  ['with an escape', 'Ada\u001b[2J', 'TextNotPlain'],
  ['with a turn of direction', 'Ada\u202e', 'TextNotPlain'],
  ['a secret', '{{resolve:secretsmanager:prod/db}}', 'DynamicReference'],
])('fails when a name is %s', (_what, name, code) => {
  expect(codeOf(() => person({ name }))).toBe(code);
  expect(codeOf(() => team({ name }))).toBe(code);
  expect(codeOf(() => team({ accountableName: name }))).toBe(code);
});

test('to make it fails never, to use it fails always, with all that it has', () => {
  const sponsor = Sponsor.person({ ...PERSON, email: 'ada' });

  for (const field of ['kind', 'name', 'email', 'accountableName', 'accountableEmail', 'backupEmail', 'id', 'costCenter'] as const) {
    expect(codeOf(() => sponsor[field])).toBe('EmailInvalid');
  }
  expect(codeOf(() => sponsor._check())).toBe('EmailInvalid');
});

test.each(['', 'ada', 'ada@localhost', 'o\'hara@example.com'])('fails when an address is %j', (address) => {
  expect(codeOf(() => person({ email: address }))).toBe('EmailInvalid');
  expect(codeOf(() => person({ backupEmail: address }))).toBe('EmailInvalid');
  expect(codeOf(() => team({ mailbox: address }))).toBe('EmailInvalid');
  expect(codeOf(() => team({ accountableEmail: address }))).toBe('EmailInvalid');
  expect(codeOf(() => team({ backupEmail: address }))).toBe('EmailInvalid');
});

test('the error says which field', () => {
  expect(() => person({ name: '' })).toThrow('the sponsor name "" is not allowed: use 1-128 characters');
  expect(() => team({ accountableName: '' })).toThrow('the accountable name ""');
  expect(() => person({ id: '' })).toThrow('the sponsor id ""');
  expect(() => person({ costCenter: '' })).toThrow('the cost center ""');
  expect(() => person({ email: 'ada' })).toThrow('the sponsor email "ada"');
  expect(() => team({ mailbox: 'ada' })).toThrow('the sponsor mailbox "ada"');
  expect(() => team({ accountableEmail: 'ada' })).toThrow('the accountable email "ada"');
  expect(() => team({ backupEmail: 'ada' })).toThrow('the backup email "ada"');
});

test.each(['', ' E1', 'E,1', 'aws:E1', 'x'.repeat(257)])('fails when the id or the cost centre is %j', (value) => {
  expect(codeOf(() => person({ id: value }))).toBe('TagValueUnsafe');
  expect(codeOf(() => person({ costCenter: value }))).toBe('TagValueUnsafe');
});

test.each(TOKENS)('fails when a field is the token %s', (token) => {
  for (const field of ['name', 'email', 'backupEmail', 'id', 'costCenter']) {
    expect(codeOf(() => person({ [field]: token }))).toBe('LiteralRequired');
  }
  for (const field of ['name', 'mailbox', 'accountableName', 'accountableEmail', 'backupEmail', 'id', 'costCenter']) {
    expect(codeOf(() => team({ [field]: token }))).toBe('LiteralRequired');
  }
});

test('fails when there is no backup', () => {
  expect(codeOf(() => person({ backupEmail: undefined }))).toBe('TextRequired');
});

test('fails when the backup is the sponsor, in any letter case; another is allowed', () => {
  const email = fc.stringMatching(/^[A-Za-z]{1,8}\.[A-Za-z]{1,8}@[A-Za-z]{1,8}\.(com|ORG)$/);
  const cases = fc.array(fc.boolean(), { minLength: 32, maxLength: 32 });
  fc.assert(fc.property(email, cases, (written, upper) => {
    const backupEmail = [...written].map((char, at) => (upper[at] ? char.toUpperCase() : char.toLowerCase())).join('');
    expect(codeOf(() => person({ email: written, backupEmail }))).toBe('BackupIsSponsor');
    expect(codeOf(() => team({ mailbox: written, backupEmail }))).toBe('BackupIsSponsor');
    expect(codeOf(() => team({ accountableEmail: written, backupEmail }))).toBe('BackupIsSponsor');
    expect(person({ email: written, backupEmail: `other.${backupEmail}` }).backupEmail).toBe(`other.${backupEmail}`);
    expect(team({ mailbox: written, backupEmail: `other.${backupEmail}` }).backupEmail).toBe(`other.${backupEmail}`);
  }));
});

test('the error says whose address it is', () => {
  expect(() => person({ backupEmail: PERSON.email })).toThrow('the backup email "ada.park@example.com" is the sponsor\'s own: name another person');
});

test('a team\'s mailbox may be the accountable person\'s', () => {
  expect(team({ mailbox: TEAM.accountableEmail }).email).toBe(TEAM.accountableEmail);
});
