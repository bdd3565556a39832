import * as fc from 'fast-check';
import { codeOf } from './code-of';
import { Sponsor } from '../../src/core/sponsor';
import { parseSponsorRecord, SponsorRecord, sponsorToRecord } from '../../src/core/sponsor-record';

const ADA = sponsorToRecord(Sponsor.person({ name: 'Ada Park', email: 'ada@example.com', backupEmail: 'li@example.com' }));
const TEAM = sponsorToRecord(Sponsor.team({
  name: 'Payments', mailbox: 'payments@example.com', accountableName: 'Ada Park', accountableEmail: 'ada@example.com', backupEmail: 'li@example.com', id: 'T1', costCenter: 'CC 12',
}));

const name = fc.stringMatching(/^[A-Za-z]([A-Za-z' .-]{0,20}[A-Za-z.])?$/);
const email = (prefix: string) => fc.stringMatching(/^[a-z0-9+]{1,8}@[a-z]{2,8}\.com$/).map((rest) => `${prefix}.${rest}`);
const optional = { id: fc.stringMatching(/^[A-Za-z0-9]{1,10}$/), costCenter: fc.stringMatching(/^[A-Z]{2} [0-9]{1,5}$/) };
const person = { name, email: email('one'), backupEmail: email('backup') };
const team = { name, mailbox: email('one'), accountableName: name, accountableEmail: email('two'), backupEmail: email('backup') };
const sponsors = fc.oneof(
  fc.record({ ...person, ...optional }, { requiredKeys: ['name', 'email', 'backupEmail'] }).map((props) => Sponsor.person(props)),
  fc.record({ ...team, ...optional }, { requiredKeys: ['name', 'mailbox', 'accountableName', 'accountableEmail', 'backupEmail'] }).map((props) => Sponsor.team(props)),
);

test('a person is described in full', () => {
  expect(ADA).toEqual({
    kind: 'person', name: 'Ada Park', email: 'ada@example.com', accountableName: 'Ada Park', accountableEmail: 'ada@example.com', backupEmail: 'li@example.com', id: 'ada@example.com',
  });
  // Not even as undefined, because undefined could not be hashed.
  expect(Object.keys(ADA)).not.toContain('costCenter');
});

test('a team is described in full', () => {
  expect(TEAM).toEqual({
    kind: 'team', name: 'Payments', email: 'payments@example.com', accountableName: 'Ada Park', accountableEmail: 'ada@example.com', backupEmail: 'li@example.com', id: 'T1', costCenter: 'CC 12',
  });
});

test('what was announced is read back the same, by way of JSON too', () => {
  fc.assert(fc.property(sponsors, (sponsor) => {
    const record = sponsorToRecord(sponsor);
    expect(parseSponsorRecord(record)).toStrictEqual(record);
    expect(parseSponsorRecord(JSON.parse(JSON.stringify(record)))).toStrictEqual(record);
  }));
});

test('what a record doesn\'t know is left behind', () => {
  expect(parseSponsorRecord({ ...ADA, admin: true })).toStrictEqual(ADA);
});

test.each([[null], [undefined], ['ada@example.com'], [7], [10n]])('fails when the sponsor is %p', (value) => {
  expect(codeOf(() => parseSponsorRecord(value))).toBe('SponsorInvalid');
  expect(() => parseSponsorRecord(value)).toThrow('a sponsor must be an object, received ');
});

test.each([undefined, 'robot', 'PERSON', '__proto__', 10n])('fails when its kind is %p', (kind) => {
  expect(codeOf(() => parseSponsorRecord({ ...ADA, kind }))).toBe('SponsorInvalid');
  expect(() => parseSponsorRecord({ ...ADA, kind })).toThrow('a sponsor is of kind person or team, received ');
});

test.each<[string, SponsorRecord, Partial<Record<keyof SponsorRecord, unknown>>, string]>([
  ['a person has no name', ADA, { name: undefined }, 'TextRequired'],
  ['a person has a blank name', ADA, { name: ' ' }, 'TextNotPlain'],
  ['a person has a bad address', ADA, { email: 'ada' }, 'EmailInvalid'],
  ['a person is its own backup', ADA, { backupEmail: 'ADA@example.com' }, 'BackupIsSponsor'],
  ['a person has a list for an address', ADA, { email: ['ada@example.com'] }, 'TextRequired'],
  ['an id can\'t be a tag', ADA, { id: 'a,b' }, 'TagValueUnsafe'],
  ['a team has no accountable person', TEAM, { accountableName: undefined }, 'TextRequired'],
  ['a team has no address of that person', TEAM, { accountableEmail: '' }, 'EmailInvalid'],
  ['a team is its own backup', TEAM, { backupEmail: 'payments@example.com' }, 'BackupIsSponsor'],
  ['a cost centre can\'t be a tag', TEAM, { costCenter: '' }, 'TagValueUnsafe'],
])('fails when %s', (_why, record, change, code) => {
  expect(codeOf(() => parseSponsorRecord({ ...record, ...change }))).toBe(code);
  expect(codeOf(() => parseSponsorRecord(record))).toBeUndefined();
});
