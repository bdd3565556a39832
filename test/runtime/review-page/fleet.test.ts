import { FakeSignIn, PageWorld, PATH } from './page-world';
import { isOperator } from '../../../runtime/review-page/operators';
import { ADA, EVE, LI } from '../engine/review-world';

jest.mock('../../../runtime/aws/cloudformation/response', () => jest.requireActual<typeof import('../engine/mailbox')>('../engine/mailbox').responsesToMailbox());

const OPS = 'ops@example.com';
const AGENT = PATH.replace('reviews', 'agents');
const REASON = 'It is needed for the monthly closing';

let world: PageWorld;

beforeEach(async () => {
  world = new PageWorld({ signIn: new FakeSignIn(), operators: { addresses: [OPS], group: { claim: 'groups', value: 'Platform' } } });
  await world.join();
  await world.open();
});

function add(agentName: string, which: 'living' | 'left' = 'living', account = '111122223333'): void {
  const summary = { account, agentName, status: which === 'left' ? 'left' : 'active', stage: 'test', sponsorId: 'ada', expiresAt: '2027-03-31T00:00:00Z', stackName: 'Bots' };
  world.fake.memory.items.set(`registry|${which}#${account}/${agentName}`, { pk: 'registry', sk: `${which}#${account}/${agentName}`, summary });
}

const namesIn = (html: string) => [...html.matchAll(/href="\/agents\/\d{12}\/([a-z0-9-]+)"/g)].map(([, name]) => name);

describe('who may see the fleet', () => {
  test.each<[string, string, Record<string, unknown>, number]>([
    ['an operator by address', OPS, {}, 200],
    ['an operator by group', EVE, { groups: ['Staff', 'Platform'] }, 200],
    ['an operator by a group that is alone', EVE, { groups: 'Platform' }, 200],
    ['a sponsor', ADA, { groups: ['Staff'] }, 403],
    ['a person of a group whose name is longer', EVE, { groups: ['Platform2'] }, 403],
    ['a person with the group in another claim', EVE, { roles: ['Platform'] }, 403],
    ['a person with no such claim', EVE, {}, 403],
  ])('%s: %s', async (_who, email, claims, status) => {
    expect((await (await world.signedIn(email, claims)).get('/fleet')).status).toBe(status);
  });

  test('never by the link of a mail, even of an operator who is a sponsor; after a sign-in the same person does', async () => {
    world = new PageWorld({ signIn: new FakeSignIn(), operators: { addresses: [ADA] } });
    await world.join();
    await world.open();
    const browser = await world.opened();
    expect(browser.last.status).toBe(200);
    expect((await browser.get('/fleet')).status).toBe(403);
    expect((await world.browser().get('/fleet')).status).toBe(403);
    expect((await (await world.signedIn(ADA)).get('/fleet')).status).toBe(200);
  });

  test('nobody, where no operators are named; a claim that every object has names no group', () => {
    const proven = { identity: { email: OPS, issuer: 'i', subject: 's' }, claims: { groups: ['Platform'] } };
    expect(isOperator(undefined, proven)).toBe(false);
    expect(isOperator({ addresses: [], group: { claim: 'constructor', value: 'x' } }, proven)).toBe(false);
    expect(isOperator({ addresses: [OPS] }, proven)).toBe(true);
  });
});

test('an operator sees an agent and decides nothing; its sponsor does', async () => {
  const ops = await world.signedIn(OPS);
  const seen = await ops.get(AGENT);
  expect(seen).toMatchObject({ status: 200, body: expect.stringContaining('Matches invoices') });
  expect(seen.body).not.toContain('Decide its review');
  expect((await ops.get(PATH)).status).toBe(403);
  expect((await ops.get(AGENT.replace('invoice-bot', 'no-bot'))).status).toBe(403);
  const ada = await world.signedIn(ADA);
  expect((await ada.get(AGENT)).body).toContain('Decide its review');
  await ada.get(PATH);
  const fields = { ...ada.form(`${PATH}/check`), verdict: 'keep', items: 's3', reason: REASON };
  await ops.get('/fleet');
  expect((await ops.post(`${PATH}/decide`, { ...fields, form: ops.form('/sign-out').form })).status).toBe(403);
  expect(await world.details('review-decided')).toEqual([]);
  expect((await ada.post(`${PATH}/decide`, fields)).status).toBe(200);
});

test('where two people decide independently, an operator sees neither decision before the review is over', async () => {
  await world.setProfile({ twoReviewers: true });
  const said = 'Nobody else should see this reason yet';
  await (await world.opened()).decide({ verdict: 'keep', items: ['dynamodb', 's3'], reason: said });
  expect((await (await world.signedIn(OPS)).get(AGENT)).body).not.toContain(said);
  expect((await (await world.signedIn(LI)).get(AGENT)).body).not.toContain(said);
  expect((await (await world.signedIn(ADA)).get(AGENT)).body).toContain(said);
  await (await world.signedIn(LI)).decide({ verdict: 'keep', items: ['dynamodb', 's3'] });
  expect((await (await world.signedIn(OPS)).get(AGENT)).body).toContain(said);
});

test('the list continues part by part, in the order of names, and each part reads itself only', async () => {
  for (const name of ['a-bot', 'b-bot', 'k-bot', 'z-bot']) {
    add(name);
  }
  add('foreign-bot', 'living', '444455556666');
  add('gone-bot', 'left');
  const ops = await world.signedIn(OPS);
  const seen: string[] = [];
  let path: string | undefined = '/fleet';
  while (path !== undefined) {
    world.fake.memory.itemsRead = 0;
    const { body } = await ops.get(path);
    expect(world.fake.memory.itemsRead).toBeLessThanOrEqual(2);
    seen.push(...namesIn(body));
    path = /href="([^"]+)">Next</.exec(body)?.[1].replace(/&amp;/g, '&');
  }
  expect(seen).toEqual(['a-bot', 'b-bot', 'invoice-bot', 'k-bot', 'z-bot']);
  expect(namesIn((await ops.get('/fleet?show=left')).body)).toEqual(['gone-bot']);
  expect(namesIn((await ops.get('/fleet?name=in')).body)).toEqual(['invoice-bot']);
  expect((await ops.get('/fleet?name=zz')).body).toContain('There are no such agents');
});

test.each(['after=../x', 'after=%23state', 'name=%2Finvoice', 'name=a&after=b-bot', `name=${'a'.repeat(65)}`, 'show=state', 'after='])('%s leads to the beginning of a list', async (query) => {
  const ops = await world.signedIn(OPS);
  expect(await ops.get(`/fleet?${query}`)).toMatchObject({ status: 200, body: expect.stringContaining('All agents') });
  expect(ops.last.body).not.toContain('Back to the first');
  expect(world.warnings).toEqual([]);
});
