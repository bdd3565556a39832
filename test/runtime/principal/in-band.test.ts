import { contextOf } from './identity';
import { denyAllArn, isInBandInline, isSharedGuard, QUARANTINE_POLICY } from '../../../runtime/principal';
import { isGone, isLimit, unlessGone } from '../../../runtime/principal/errors-of-iam';
import { FakeIam } from '../handlers/fake-iam';
import { named } from '../ledger/memory-table';
import { principal } from '../lifecycle/requests';

const context = contextOf(new FakeIam());

test.each([
  ['access', true, true],
  [QUARANTINE_POLICY, true, true],
  ['guard', false, true],
  ['Access', false, false],
  ['by-hand', false, false],
])('the inline policy %s is in band: %s, with a guard of its own: %s', (name, shared, own) => {
  expect([isInBandInline(principal('P'), name), isInBandInline({ ...principal('P'), ownGuard: true }, name)]).toEqual([shared, own]);
});

test('who has a guard of its own has not the one that the others share', () => {
  const noSessions = 'arn:aws:iam::111122223333:policy/agents/agents-no-sessions';
  expect(isSharedGuard(context, { ...principal('P'), ownGuard: true }, noSessions)).toBe(false);
  expect(isSharedGuard(context, { ...principal('P'), ownGuard: true }, 'arn:aws:iam::111122223333:policy/agents/agents-guard-test')).toBe(true);
});

test.each([
  ['arn:aws:iam::111122223333:policy/agents/agents-guard-test', true],
  ['arn:aws:iam::111122223333:policy/agents/agents-no-sessions', true],
  ['arn:aws:iam::111122223333:policy/agents/others-no-sessions', false],
  ['arn:aws:iam::111122223333:policy/agents/agents-guard-production', false],
  ['arn:aws:iam::111122223333:policy/agents/agents-guard-test-2', false],
  ['arn:aws:iam::111122223333:policy/agents-guard-test', false],
  ['arn:aws:iam::aws:policy/AdministratorAccess', false],
])('a shared guard of a principal in test is %s: %s', (arn, is) => {
  expect(isSharedGuard(context, principal('P'), arn)).toBe(is);
});

test('what denies everything is AWS\'s own policy in each partition', () => {
  expect(denyAllArn(context)).toBe('arn:aws:iam::aws:policy/AWSDenyAll');
  expect(denyAllArn({ ...context, partition: 'aws-us-gov' })).toBe('arn:aws-us-gov:iam::aws:policy/AWSDenyAll');
});

test.each([
  [named('NoSuchEntity'), true, false],
  [named('NoSuchEntityException'), true, false],
  [named('LimitExceeded'), false, true],
  [named('LimitExceededException'), false, true],
  [named('AccessDenied'), false, false],
  ['NoSuchEntity', false, false],
  [undefined, false, false],
])('%s is gone: %s, is over a limit: %s', (error, gone, limit) => {
  expect([isGone(error), isLimit(error)]).toEqual([gone, limit]);
});

test('gone already is as good, and said; what else goes wrong surfaces', async () => {
  expect(await unlessGone(async () => 'done')).toBe(true);
  expect(await unlessGone(() => Promise.reject(named('NoSuchEntity')))).toBe(false);
  await expect(unlessGone(() => Promise.reject(named('AccessDenied')))).rejects.toMatchObject({ name: 'AccessDenied' });
});
