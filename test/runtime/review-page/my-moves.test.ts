import { FakeSignIn, PageWorld } from './page-world';
import { AskedApproval } from '../../../runtime/model/approval';
import { Declared } from '../../../runtime/model/placement-state';
import { PRODUCTION_PROFILE } from '../../../src/core/risk-profile';
import { ADA, EVE, LI } from '../engine/review-world';
import { REGISTRY } from '../engine/wire';

jest.mock('../../../runtime/aws/cloudformation/response', () => jest.requireActual<typeof import('../engine/mailbox')>('../engine/mailbox').responsesToMailbox());

const PLACEMENT = { account: '111122223333', agentName: 'invoice-bot' };
const MOVE = '/moves/111122223333/invoice-bot';
const AGENT = '/agents/111122223333/invoice-bot';
const REASON = 'The tests of the quarter are done';
const MAY = ['dynamodb:GetItem'];

let world: PageWorld;

/** A deployment has asked for a move to production, or for a join there. */
async function asked({ persons = 1, from = ['test'], hasSignIn = true }: { persons?: number; from?: string[]; hasSignIn?: boolean } = {}): Promise<void> {
  world = new PageWorld({ ...(hasSignIn ? { signIn: new FakeSignIn() } : {}), operators: { addresses: ['ops@example.com'] }, review: { approvals: { production: persons } } });
  const profile = { ...PRODUCTION_PROFILE, requiresApproval: true, ...(persons === 2 ? { twoReviewers: true } : {}) };
  world.stack.registry = { ...REGISTRY, stages: new Map([...REGISTRY.stages, ['production', profile]]) };
  for (const stage of [...from, 'production']) {
    await world.deploy(stage, MAY, { mayInProduction: [...MAY, 'sqs:SendMessage'] });
  }
  for (const person of [ADA, LI, EVE]) {
    await world.fake.memory.table.put({ pk: `notice-reviewer#${person}`, sk: 'agent#111122223333#invoice-bot', placement: PLACEMENT });
  }
}

const listOf = async (person: string, query = ''): Promise<string> => (await (await world.signedIn(person)).get(`/reviews${query}`)).body;
const hasMove = async (person: string): Promise<boolean> => (await listOf(person)).includes(`href="${MOVE}"`);

async function reply(person: string, verdict: string): Promise<void> {
  const browser = await world.signedIn(person);
  await browser.get(MOVE);
  await browser.post(`${MOVE}/check`, { ...browser.form(`${MOVE}/check`), reason: REASON, verdict });
  expect((await browser.post(`${MOVE}/decide`, browser.form(`${MOVE}/decide`))).body).toContain('Your answer is recorded');
}

const change = async (changes: Partial<AskedApproval<Declared>>): Promise<void> => {
  const state = await world.now();
  await world.fake.engine.ledger.commit(PLACEMENT, state, { approval: { ...state.approval!, ...changes } }, [], { registry: 'agents', actor: 'test', time: world.fake.now });
};

test('sponsor and backup have the move in their list until one of them answers; a person who is nothing to the agent has not', async () => {
  await asked();
  const body = await listOf(ADA);
  expect(body).toContain('May invoice-bot move to production?');
  expect(body).toMatch(/<span class="tag">test<\/span> Asked for \d.*; it waits for your approval</);
  expect([await hasMove(LI), await hasMove(EVE)]).toEqual([true, false]);
  expect(await listOf(EVE)).toContain('There is nothing to decide here');
  await reply(ADA, 'approve');
  expect([await hasMove(ADA), await hasMove(LI)]).toEqual([false, false]);
});

test('a declined move waits for nobody, and an approval that has ended is waited for again', async () => {
  await asked();
  await reply(LI, 'decline');
  expect([await hasMove(ADA), await hasMove(LI)]).toEqual([false, false]);
  await asked();
  await reply(ADA, 'approve');
  world.pass(8);
  expect(await hasMove(ADA)).toBe(true);
});

test('where two people approve, it waits for the other one; nobody is asked about the own request', async () => {
  await asked({ persons: 2 });
  await reply(ADA, 'approve');
  expect([await hasMove(ADA), await hasMove(LI)]).toEqual([false, true]);
  await asked();
  await change({ requesters: [ADA] });
  expect([await hasMove(ADA), await hasMove(LI)]).toEqual([false, true]);
});

test('an agent that is to join is in the list before the ledger knows anything else of it', async () => {
  await asked({ from: [] });
  expect((await world.now()).declared).toBeUndefined();
  const body = await listOf(ADA);
  expect(body).toContain('May invoice-bot join in production?');
  expect(body).toContain('<span class="tag">new</span>');
  expect(await hasMove(EVE)).toBe(false);
});

test('moves come before reviews, and the filters apply to them', async () => {
  await asked();
  await world.open();
  const body = await listOf(ADA);
  expect(body.indexOf(`href="${MOVE}"`)).toBeGreaterThan(0);
  expect(body.indexOf('href="/reviews/111122223333/invoice-bot"')).toBeGreaterThan(body.indexOf(`href="${MOVE}"`));
  const production = await listOf(ADA, '?show=production&sort=agent');
  expect([production.includes(`href="${MOVE}"`), production.includes('href="/reviews/111122223333/invoice-bot"')]).toEqual([true, false]);
  expect(await listOf(ADA, '?show=late')).not.toContain(`href="${MOVE}"`);
});

test('the agent\'s page says that a move waits, and leads those to it who may answer', async () => {
  await asked();
  const see = async (person: string): Promise<boolean[]> => {
    const { body } = await (await world.signedIn(person)).get(AGENT);
    return [body.includes('<dt>Waits for approval</dt><dd>to get into production; asked for '), body.includes(`href="${MOVE}"`)];
  };
  await world.decide(ADA, { verdict: 'delegate', to: EVE, until: new Date(world.fake.now.getTime() + 86_400_000).toISOString() });
  expect([await see(ADA), await see(LI), await see('ops@example.com'), await see(EVE)]).toEqual([[true, true], [true, true], [true, false], [true, false]]);
  await reply(ADA, 'decline');
  expect(await see(ADA)).toEqual([false, false]);
});

test('a link shows that a move waits, and leads to it only if people can sign in', async () => {
  for (const hasSignIn of [true, false]) {
    await asked({ hasSignIn });
    await world.open();
    const { body } = await (await world.opened()).get(AGENT);
    expect([body.includes('to get into production; asked for'), body.includes(`href="${MOVE}"`)]).toEqual([true, hasSignIn]);
  }
});
