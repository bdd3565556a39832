import { showLargest } from './largest';
import { FakeSignIn, PageWorld, PATH, REASON } from './page-world';
import { PlacementSummary } from '../../../runtime/ledger';
import { inParts, partIn } from '../../../runtime/review-page/in-parts';
import { FleetView } from '../../../runtime/review-page/views/fleet-view';
import { ADA } from '../engine/review-world';

jest.mock('../../../runtime/aws/cloudformation/response', () => jest.requireActual<typeof import('../engine/mailbox')>('../engine/mailbox').responsesToMailbox());

const LIMIT = 60_000;
const AGENT = PATH.replace('reviews', 'agents');
const sizeOf = (body: string): number => Buffer.byteLength(body);

let world: PageWorld;

beforeEach(async () => {
  world = new PageWorld({ signIn: new FakeSignIn() });
  await world.join();
  await world.open();
});

test('the largest review is shown in parts of at most 60 KB, and every service is in one of them', async () => {
  const { shown } = await showLargest(world);
  const browser = await world.signedIn(ADA);
  const seen: string[] = [];
  let part = 1;
  for (; part === 1 || browser.last.body.includes(`?part=${part}"`) || browser.last.body.includes('>Next<'); part++) {
    const { status, body } = await browser.get(`${PATH}?part=${part}`);
    expect([status, sizeOf(body)]).toEqual([200, expect.any(Number)]);
    expect(sizeOf(body)).toBeLessThanOrEqual(LIMIT);
    seen.push(...[...body.matchAll(/<input type="checkbox" name="items" value="([^"]+)"/g)].map(([, service]) => service));
  }
  expect(seen).toHaveLength(shown.items.length);
  expect([...new Set(seen)].sort()).toEqual(shown.items.map(({ service }) => service).sort());
  // They really are large: they would not fit on one page.
  expect(part).toBeGreaterThan(5);
});

test('a form with everything in it that comes back, and what is checked before it is recorded, stay small too', async () => {
  const { shown } = await showLargest(world);
  const browser = await world.signedIn(ADA);
  const { body: review } = await browser.get(PATH);
  expect(sizeOf(review)).toBeLessThanOrEqual(LIMIT);
  const form = browser.form(`${PATH}/check`);
  const items = shown.items.slice(0, 280).map(({ service }) => service);
  const mistaken = await browser.post(`${PATH}/check`, { ...form, items, verdict: 'keep', reason: '"'.repeat(4_000), to: '"'.repeat(300) });
  expect(mistaken.status).toBe(422);
  expect(sizeOf(mistaken.body)).toBeLessThanOrEqual(LIMIT);
  await browser.get(PATH);
  const checked = await browser.post(`${PATH}/check`, { ...browser.form(`${PATH}/check`), items, verdict: 'reduce', reason: `${REASON} ${'"'.repeat(400)}` });
  expect([checked.status, checked.body]).toEqual([200, expect.stringContaining('Check your decision')]);
  expect(sizeOf(checked.body)).toBeLessThanOrEqual(LIMIT);
});

test('the whole policy of a service is on a page of its own, in parts, and nothing of it is missing', async () => {
  const { shown: { items: [item] } } = await showLargest(world);
  const browser = await world.signedIn(ADA);
  const lines: string[] = [];
  for (let part = 1; ; part++) {
    const { status, body } = await browser.get(`/policies/111122223333/invoice-bot?service=${item.service}&part=${part}`);
    expect(status).toBe(200);
    expect(sizeOf(body)).toBeLessThanOrEqual(LIMIT);
    lines.push(...body.slice(body.indexOf('<pre'), body.indexOf('</pre>')).replace(/^<pre[^>]*>/, '').split('\n'));
    if (!body.includes(`part=${part + 1}"`)) {
      break;
    }
  }
  const resources = item.granted.flatMap((grant) => grant.resources);
  expect(resources.every((resource) => lines.filter((line) => line.includes(`${resource}&quot;`)).length === 2)).toBe(true);
  expect((await browser.get('/policies/111122223333/invoice-bot?service=nothing')).status).toBe(403);
  expect((await world.browser().get(`/policies/111122223333/invoice-bot?service=${item.service}`)).status).toBe(403);
});

test('an agent with a long life, many roles, secrets and denied actions is shown on at most 60 KB', async () => {
  await showLargest(world);
  const browser = await world.signedIn(ADA);
  for (const part of [1, 2, 20]) {
    const { status, body } = await browser.get(`${AGENT}?history=${part}`);
    expect(status).toBe(200);
    expect(sizeOf(body)).toBeLessThanOrEqual(LIMIT);
  }
  expect(browser.last.body).toContain('more, which operators see by nhi show');
});

test('a person with 300 reviews gets them in parts, and reads that there are more', async () => {
  const { state } = await showLargest(world);
  const asked = Array.from({ length: 200 }, (_, index) => ({ account: '111122223333', agentName: `invoice-bot-${String(index).padStart(3, '0')}-${'x'.repeat(40)}` }));
  Object.assign(world.page.ledger, { reviewedBy: async (_person: string, limit: number) => asked.slice(0, limit) });
  Object.assign(world.page.desk, { state: async (placement: object) => ({ ...state, placement }) });
  const browser = await world.signedIn(ADA);
  const seen: string[] = [];
  for (let part = 1; ; part++) {
    const { body } = await browser.get(`/reviews?show=all&sort=agent&part=${part}`);
    expect(sizeOf(body)).toBeLessThanOrEqual(LIMIT);
    seen.push(...[...body.matchAll(/<h2><a href="\/reviews\/\d+\/([^"]+)"/g)].map(([, name]) => name));
    if (!body.includes(`part=${part + 1}"`)) {
      break;
    }
  }
  expect(seen).toEqual(asked.map(({ agentName }) => agentName));
  expect(browser.last.body).toContain('You were asked about more agents than this list can have');
});

test('a person whose agents all have a review and a move that waits gets both in parts', async () => {
  const { state } = await showLargest(world);
  const asked = Array.from({ length: 200 }, (_, index) => ({ account: '111122223333', agentName: `invoice-bot-${String(index).padStart(3, '0')}-${'x'.repeat(40)}` }));
  const approval = { digest: '', declared: state.declared, stackName: '', at: state.joinedAt, persons: 1, requesters: [], approvals: [] };
  Object.assign(world.page.ledger, { reviewedBy: async (_person: string, limit: number) => asked.slice(0, limit) });
  Object.assign(world.page.desk, { state: async (placement: object) => ({ ...state, placement, approval }) });
  const browser = await world.signedIn(ADA);
  const seen = new Map<string, number>();
  for (let part = 1; ; part++) {
    const { body } = await browser.get(`/reviews?show=all&sort=agent&part=${part}`);
    expect(sizeOf(body)).toBeLessThanOrEqual(LIMIT);
    [...body.matchAll(/<h2><a href="\/(reviews|moves)\//g)].forEach(([, kind]) => seen.set(kind, (seen.get(kind) ?? 0) + 1));
    if (!body.includes(`part=${part + 1}"`)) {
      break;
    }
  }
  expect([...seen]).toEqual([['moves', 200], ['reviews', 200]]);
});

test('an agent with as many delegates as it can have, and a form that comes back, stay small', async () => {
  const { state } = await showLargest(world);
  const giver = state.declared.sponsor.accountableEmail.toLowerCase();
  const delegations = Array.from({ length: 10 }, (_, index) => ({ to: `${String(index).repeat(60)}@${'d'.repeat(60)}.${'e'.repeat(60)}.${'f'.repeat(60)}.example.com`, by: giver, since: state.joinedAt, until: '2027-01-01T00:00:00Z' }));
  Object.assign(world.page.desk, { state: async () => ({ ...state, delegations }) });
  const browser = await world.signedIn(ADA);
  for (const path of [AGENT, PATH, `${AGENT}/delegates`]) {
    const { status, body } = await browser.get(path);
    expect([status, body.includes(delegations[9].to)]).toEqual([200, true]);
    expect(sizeOf(body)).toBeLessThanOrEqual(LIMIT);
  }
  const form = { ...browser.form(`${AGENT}/delegates/check`), to: '"'.repeat(1_500), until: '"'.repeat(1_500), reason: '"'.repeat(1_500) };
  const mistaken = await browser.post(`${AGENT}/delegates/check`, form);
  expect([mistaken.status, sizeOf(mistaken.body) <= LIMIT]).toEqual([422, true]);
});

test('a full part of the fleet stays small', () => {
  const agent: PlacementSummary = {
    account: '111122223333',
    agentName: 'a'.repeat(64),
    status: 'suspended-partly',
    stage: 'production',
    sponsorId: `${'a'.repeat(200)}@example.com`,
    expiresAt: '2027-03-31T00:00:00Z',
    stackName: 's'.repeat(128),
    trouble: { since: '', code: 'StackNotAtRest', message: '', requestId: '' },
    driftSince: '2027-01-01T00:00:00Z',
    review: { id: '', deadline: '2027-01-01T00:00:00Z', missed: false },
  };
  const session = { hash: 'h', formToken: 't'.repeat(43), expiresAt: '2027-01-01T00:00:00Z', isOperator: true as const, identity: { email: ADA, issuer: 'i', subject: 's' } };
  const html = String(<FleetView registry="agents" session={session} agents={Array.from({ length: 40 }, () => agent)} which="living" begins="" isLater next={agent.agentName} now={world.fake.now} />);
  expect(sizeOf(html)).toBeLessThanOrEqual(LIMIT);
});

describe('parts', () => {
  const size = (one: string): number => one.length;

  test('have everything once, in order, within both limits', () => {
    expect(inParts(['aa', 'bb', 'c', 'dddd', 'e'], size, { most: 2, bytes: 4 })).toEqual([['aa', 'bb'], ['c'], ['dddd'], ['e']]);
    expect(inParts([], size, { most: 2, bytes: 4 })).toEqual([[]]);
    // What does not fit on any page still has one.
    expect(inParts(['xxxxx', 'y'], size, { most: 2, bytes: 4 })).toEqual([['xxxxx'], ['y']]);
  });

  test.each([[undefined, 1], ['2', 2], ['3', 3], ['4', 1], ['0', 1], ['-1', 1], ['1.5', 1], ['x', 1], ['', 1], ['1e0', 1]])('a query of %s means part %s of 3', (wanted, part) => {
    expect(partIn(wanted, 3)).toBe(part);
  });
});
