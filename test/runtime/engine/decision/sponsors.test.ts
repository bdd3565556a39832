import { after, declaredFor, during, MINE, NOW, OTHERS, planOf, refusalOf, request, SUSPENSION } from './requests';
import { StackContext } from '../../../../runtime/engine/decision/context';
import { decide } from '../../../../runtime/engine/decision/decide';
import { Declared, PlacementState } from '../../../../runtime/model/placement-state';
import { Succession } from '../../../../runtime/model/sponsor-check';
import { sponsorOf } from '../../../../runtime/model/sponsor-of';
import { DirectoryAnswer } from '../../../../src/contract/sponsor-directory';
import { PRODUCTION_PROFILE, TEST_PROFILE } from '../../../../src/core/risk-profile';

type Status = DirectoryAnswer['status'];
const [ADA, LI, ZOE] = ['ada@example.com', 'li@example.com', 'zoe@example.com'];
const saying = (people: Readonly<Record<string, Status>>): Partial<StackContext> => ({
  directory: new Map(Object.entries(people).map(([email, status]) => [email, { email, status, evidence: `record 7 says ${status}` }])),
});
const sponsored = (changes: Partial<Declared['sponsor']>): Partial<Declared> => ({ sponsor: { ...declaredFor('P').sponsor, ...changes } });
const ZOES = sponsored({ accountableEmail: ZOE, id: ZOE });
const joined = after(undefined, decide(undefined, request('Create', 'P'), during('CREATE_IN_PROGRESS')));
const create = (context: Partial<StackContext>, declared: Partial<Declared> = {}, state?: PlacementState) => decide(state, request('Create', 'P', { declared }), during('CREATE_IN_PROGRESS', context));
const update = (context: Partial<StackContext>, declared: Partial<Declared> = {}, status = 'UPDATE_IN_PROGRESS', state = joined) => (
  decide(state, request('Update', 'P', { at: 'P', declared }), during(status, context)));

describe('a join', () => {
  test.each<[Status, string, RegExp]>([
    ['inactive', 'SponsorInactive', /^the sponsor "ada@example\.com" of agent invoice-bot is no active person: record 7 says inactive; declare an active person as sponsor and deploy again$/],
    ['unknown', 'SponsorUnknown', /^the sponsor "ada@example\.com" of agent invoice-bot is not in the directory of people: record 7 says unknown; declare a person whom it has as sponsor, or have the person added, and deploy again$/],
    ['no-answer', 'SponsorUnverified', /^the directory of people did not answer about the sponsor .*: record 7 says no-answer; nothing was changed: deploy again when the directory answers$/],
  ])('with a sponsor who is %s is refused with %s', (status, code, message) => {
    const refusal = refusalOf(create(saying({ [ADA]: status, [LI]: 'active' })));
    expect(refusal).toMatchObject({ code, message: expect.stringMatching(message) });
  });

  test('with an active sponsor is planned, and so is one in a registry without a directory', () => {
    expect(planOf(create(saying({ [ADA]: 'active', [LI]: 'active' }))).transition).toBe('join');
    expect(planOf(create({})).transition).toBe('join');
  });

  test('of which the directory was not asked is refused', () => {
    expect(refusalOf(create(saying({}))).code).toBe('SponsorUnverified');
  });

  test('the case of an address does not matter', () => {
    expect(planOf(create(saying({ [ADA]: 'active' }), sponsored({ accountableEmail: 'ADA@Example.com' }))).transition).toBe('join');
  });

  test.each<[Status, string]>([['inactive', 'SponsorInactive'], ['unknown', 'SponsorUnknown'], ['no-answer', 'SponsorUnverified']])(
    'with a backup who is %s is refused where the stage demands two people, and nowhere else', (status, code) => {
      const context = saying({ [ADA]: 'active', [LI]: status });
      const refusal = refusalOf(create(context, { profile: PRODUCTION_PROFILE }));
      expect(refusal).toMatchObject({ code, message: expect.stringContaining('backup "li@example.com" of agent invoice-bot (stage test demands an active backup)') });
      expect(planOf(create(context, { profile: TEST_PROFILE })).transition).toBe('join');
      const { minimumSponsors: _unknown, ...former } = TEST_PROFILE;
      expect(planOf(create(context, { profile: former as typeof TEST_PROFILE })).transition).toBe('join');
    });

  test('again, after a leave, is looked up too', () => {
    const departed: PlacementState = { ...joined, status: 'left', principals: {} };
    expect(refusalOf(create(saying({ [ADA]: 'inactive' }), {}, departed)).code).toBe('SponsorInactive');
    expect(planOf(create(saying({ [ADA]: 'active' }), {}, departed)).transition).toBe('join');
  });

  test('other rules come first, so that nobody learns about people from a request that is refused anyway', () => {
    expect(refusalOf(create(saying({ [ADA]: 'inactive' }), {}, { ...joined, status: 'left', principals: {}, suspension: SUSPENSION })).code).toBe('AgentSuspended');
    expect(refusalOf(create(saying({ [ADA]: 'inactive' }), { expiresAt: '2026-05-01T00:00:00Z' })).code).toBe('AgentExpired');
  });
});

describe('a deployment', () => {
  const lapsed = saying({ [ADA]: 'inactive', [LI]: 'inactive', [ZOE]: 'inactive' });

  test('that names the same people is not looked up', () => {
    expect(planOf(update(lapsed, { purpose: 'Pays' })).transition).toBe('update');
    expect(planOf(update(lapsed, sponsored({ costCenter: '4711', name: 'Ada Park' }))).transition).toBe('update');
  });

  test.each<[string, Partial<Declared>]>([['another sponsor', ZOES], ['another backup', sponsored({ backupEmail: ZOE })]])('that names %s is', (_what, declared) => {
    expect(refusalOf(update(lapsed, declared)).code).toBe('SponsorInactive');
    expect(planOf(update(saying({ [ADA]: 'active', [ZOE]: 'active' }), declared)).transition).toBe('update');
  });

  test('that is rolled back is never refused', () => {
    expect(planOf(update(lapsed, ZOES, 'UPDATE_ROLLBACK_IN_PROGRESS')).transition).toBe('update');
  });

  test('that moves is looked up, and the undo of the move is not', () => {
    const move = (context: Partial<StackContext>) => decide(joined, request('Update', 'Q', { at: 'P' }), during('UPDATE_IN_PROGRESS', context));
    expect(refusalOf(move(lapsed)).code).toBe('SponsorInactive');
    const moved = after(joined, move(saying({ [ADA]: 'active', [LI]: 'active' })));
    expect(planOf(decide(moved, request('Update', 'P', { at: 'Q' }), during('UPDATE_ROLLBACK_IN_PROGRESS', lapsed))).transition).toBe('undo-move');
  });

  test('that hands the agent to another stack is looked up if it names other people', () => {
    const offered: PlacementState = { ...joined, offeredTo: OTHERS.stackName };
    const take = (context: Partial<StackContext>, declared: Partial<Declared>) => (
      decide(offered, request('Update', 'P', { at: 'P', transferFrom: MINE.stackName, declared }), during('UPDATE_IN_PROGRESS', context, OTHERS)));
    expect(refusalOf(take(lapsed, ZOES)).code).toBe('SponsorInactive');
    expect(planOf(take(saying({ [ZOE]: 'active' }), ZOES)).change?.owner).toEqual(OTHERS);
    expect(planOf(take(lapsed, {})).change?.owner).toEqual(OTHERS);
  });
});

describe('an agent that was passed on', () => {
  const successor = { ...declaredFor('P').sponsor, accountableEmail: LI, email: LI, id: LI, backupEmail: ZOE };
  const succession: Succession = { lapsed: ADA, sponsor: successor, since: NOW.toISOString() };
  const passedOn: PlacementState = { ...joined, succession };
  const active = saying({ [ADA]: 'active', [LI]: 'active', [ZOE]: 'active' });
  const sponsorAfter = (declared: Partial<Declared>, status?: string) => (
    sponsorOf(after(passedOn, update(active, declared, status, passedOn))).accountableEmail);

  test('stays so while the code names the lapsed sponsor, written in any case', () => {
    expect(sponsorAfter({ purpose: 'Pays' })).toBe(LI);
    expect(sponsorAfter(sponsored({ accountableEmail: 'ADA@example.com' }))).toBe(LI);
    expect(sponsorAfter(sponsored({ backupEmail: 'kim@example.com' }))).toBe(LI);
  });

  test('belongs to whom the code names after that, in a roll-back too', () => {
    const plan = planOf(update(active, ZOES, undefined, passedOn));
    expect(plan.change?.succession).toBeNull();
    expect(plan.events).toMatchObject([{ name: 'sponsor-changed', details: { from: ADA, to: ZOE, tookOver: LI } }]);
    expect(sponsorAfter(ZOES, 'UPDATE_ROLLBACK_IN_PROGRESS')).toBe(ZOE);
    expect(planOf(decide(passedOn, request('Update', 'Q', { at: 'P', declared: ZOES }), during('UPDATE_IN_PROGRESS', active))).change?.succession).toBeNull();
  });

  test('a refusal of the lapsed sponsor says who took over', () => {
    const refusal = refusalOf(update(saying({ [ADA]: 'inactive' }), sponsored({ backupEmail: 'kim@example.com' }), undefined, passedOn));
    expect(refusal.message).toContain(`; ${LI} took over and is accountable now`);
    expect(refusalOf(update(saying({ [ZOE]: 'inactive' }), ZOES, undefined, passedOn)).message).not.toContain('took over');
  });

  test('a new life begins without it', () => {
    expect(planOf(create(active, {}, { ...passedOn, status: 'left', principals: {} })).change?.succession).toBeNull();
  });
});
