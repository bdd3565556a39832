import { DETAILS, noticeOf } from './facts';
import { recipientsOf } from '../../../runtime/notifications/recipients';
import { TEMPLATES } from '../../../runtime/notifications/templates';
import { SponsorRecord } from '../../../src/core/sponsor-record';

const SPONSOR: SponsorRecord = {
  kind: 'person', name: 'Li', email: 'li@example.com', accountableName: 'Li', accountableEmail: 'li@example.com', backupEmail: 'owner@example.com', id: 'li@example.com',
};
const { sponsor: _none, ...details } = DETAILS['sponsor-lapsed'];
const factsOf = (changes: object = {}) => ({ ...noticeOf('sponsor-lapsed').facts, details: { ...details, ...changes } });
const to = (changes: object) => recipientsOf(factsOf(changes), SPONSOR, ['ops@example.com']).map(({ person }) => person);
const says = (changes: object, audience: 'sponsor' | 'backup' | 'operator') => TEMPLATES['sponsor-lapsed'].says(factsOf(changes), audience);

test('who took over, the next one and operators are notified, and the lapsed person is not', () => {
  const passedOn = { sponsor: { accountableEmail: 'li@example.com' } };
  expect(to(passedOn)).toEqual(['li@example.com', 'owner@example.com', 'ops@example.com']);
  expect(says(passedOn, 'sponsor').what).toContain('You are accountable for this agent now');
  expect(says(passedOn, 'operator').what).not.toContain('You are accountable');
  expect(says(passedOn, 'sponsor').rows).toEqual(expect.arrayContaining([['Former sponsor', 'kim.roe@example.com'], ['Sponsor now', 'li@example.com'], ['Secrets to rotate', 'agents/invoice-bot/token']]));
});

test('that nobody can take over is for operators only', () => {
  expect(to({})).toEqual(['ops@example.com']);
  expect(says({}, 'operator')).toMatchObject({ what: expect.stringContaining('nobody is accountable'), toDo: expect.stringContaining('nhi suspend invoice-bot') });
});

test('a backup is a matter of the sponsor', () => {
  expect(to({ who: 'backup', rotate: [] })).toEqual(['li@example.com', 'ops@example.com']);
  expect(says({ who: 'backup', rotate: [] }, 'sponsor')).toMatchObject({ what: expect.stringContaining('the backup of the sponsor is no active person'), rows: [['Backup', 'kim.roe@example.com'], ['Directory', 'SCIM user 2819 is not active']] });
  expect(TEMPLATES['sponsor-lapsed'].brief(factsOf({ who: 'backup' }))).toBe('the backup of invoice-bot is no active person');
});

test('when another sponsor is declared, who took over is the former sponsor, and not the lapsed person', () => {
  const facts = { ...noticeOf('sponsor-changed').facts, details: { ...DETAILS['sponsor-changed'], tookOver: 'owner@example.com' } };
  expect(recipientsOf(facts, { ...SPONSOR, backupEmail: 'zoe@example.com' }, []).map(({ person, audience }) => [person, audience]))
    .toEqual([['li@example.com', 'sponsor'], ['zoe@example.com', 'backup'], ['owner@example.com', 'former-sponsor']]);
});
