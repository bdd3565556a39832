import { FakeSignIn, PageWorld, PATH } from './page-world';
import { lifeOf } from '../../../runtime/review-page/milestones';
import { ADA } from '../engine/review-world';

jest.mock('../../../runtime/aws/cloudformation/response', () => jest.requireActual<typeof import('../engine/mailbox')>('../engine/mailbox').responsesToMailbox());

const AGENT = PATH.replace('reviews', 'agents');

let world: PageWorld;

beforeEach(async () => {
  world = new PageWorld({ signIn: new FakeSignIn() });
  await world.join();
  await world.open();
});

const textOf = (html: string): string => html.slice(html.indexOf('<main')).replace(/<style>.*?<\/style>/g, '').replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ');

/** An agent that was reviewed, suspended, moved and has left. */
async function live(): Promise<void> {
  await (await world.opened()).decide({ verdict: 'reduce', items: 's3' });
  await (await world.opened({ nonce: 'b'.repeat(22) })).decide({ verdict: 'keep', items: 'dynamodb' });
  world.pass(10);
  await world.ask({ kind: 'suspend', reason: 'It sends what it should not send' });
  world.pass(5);
  await world.ask({ kind: 'resume', reason: 'It was a false alarm, as its logs show' });
  world.pass(5);
  await world.deploy('production', ['dynamodb:GetItem']);
}

test('the timeline shows stages, suspensions and reviews in a picture with a text, and in words', async () => {
  await live();
  const { body } = await (await world.signedIn(ADA)).get(AGENT);
  const [svg] = /<svg[\s\S]*?<\/svg>/.exec(body)!;
  expect(svg).toContain('role="img" aria-labelledby="timeline-title timeline-text"');
  expect(svg).toMatch(/<desc id="timeline-text">From .* to now\. In test since .*, then production since .*\. Suspended on .*\. Certified on .*\.<\/desc>/);
  expect(svg.match(/class="bar (used|unknown)"/g)).toHaveLength(2);
  expect(svg.match(/class="bar unused"/g)).toHaveLength(1);
  expect(svg.match(/class="mark"/g)).toHaveLength(1);
  const text = textOf(body);
  const steps = ['joined in test', 'a review changed what it is denied', 'reviewed: its access was certified', 'suspended: denied everything', 'resumed', 'moved to production'];
  expect(steps.map((step) => text.indexOf(`: ${step}`))).toEqual([...steps.map((step) => text.indexOf(`: ${step}`))].sort((one, other) => one - other));
  expect(steps.filter((step) => !text.includes(`: ${step}`))).toEqual([]);
});

test('access, credentials and certificates each say what they are and since when', async () => {
  const before = textOf((await (await world.signedIn(ADA)).get(AGENT)).body);
  expect(before).toMatch(/Declared in its code for the stage test, as it is since \d+ \w+ \d{4} at/);
  expect(before).toMatch(/Database tables \(DynamoDB\) : GetItem, on /);
  expect(before).toContain('None yet: no review of it is decided, and it has not left.');
  await live();
  const text = textOf((await (await world.signedIn(ADA)).get(AGENT)).body);
  expect(text).toContain('Declared for other stages, and not granted now: test.');
  expect(text).toMatch(/Denied by reviews, whatever is declared: s3:\*, by ada@example\.com, since /);
  expect(text).toMatch(/IAM role for the stage production: in use Since \d+ \w+ \d{4} at/);
  expect(text).toMatch(/IAM role for the stage test: removed Since .*? Removed \d+ \w+/);
  expect(text).toMatch(/Access certified by a review , .*? By ada@example\.com: 1 kept, 1 denied\. What was shown: SHA-256 [0-9a-f]{64}/);
  expect(text).not.toContain('Certificate of decommission');
});

test('of an agent that has left, the page shows the certificate of decommission with its digest, and that it may do nothing', async () => {
  await live();
  await world.stack.destroy();
  await world.fake.resume();
  const browser = await world.signedIn(ADA);
  const text = textOf((await browser.get(AGENT)).body);
  expect(text).toContain('left: everything was removed');
  expect(text).toContain('It has left and may do nothing.');
  expect(text).toMatch(/Certificate of decommission , .*?certificates\/111122223333\/invoice-bot\/\S+\.json: SHA-256 [0-9a-f]{64}/);
  expect(text).toContain('nhi certificate invoice-bot');
  expect(text).toContain('A reviewer decided: remove access');
  expect(text).not.toContain('Decide its review');
  expect(browser.last.body).toMatch(/<desc id="timeline-text">From .* to \d+ \w+ \d{4}\./);
});

test('a long history is shown part by part, and a page of it stays small', async () => {
  const state = await world.now();
  const events = await world.page.desk.events(state);
  const many = Array.from({ length: 400 }, (_, index) => ({
    ...events[0], sequence: String(index + 1).padStart(12, '0'), data: { ...events[0].data, unmapped: { stage: 'test', details: { reason: `reason ${index} ${'"'.repeat(480)}`, by: ADA } } },
  }));
  Object.assign(world.page.desk, { events: async () => many });
  const browser = await world.signedIn(ADA);
  const seen = new Set<string>();
  for (let part = 1; part <= 400; part++) {
    const { body } = await browser.get(`${AGENT}?history=${part}`);
    expect(Buffer.byteLength(body)).toBeLessThan(60_000);
    [...body.matchAll(/reason (\d+) /g)].forEach(([, index]) => seen.add(index));
    if (!body.includes(`?history=${part + 1}"`)) {
      break;
    }
  }
  expect(seen.size).toBe(400);
  expect((await browser.get(`${AGENT}?history=x`)).body).toContain('reason 399 ');
});

test('an agent without an event that says when it ended has a life until now', () => {
  const now = new Date('2027-01-02T00:00:00Z');
  const life = lifeOf({ joinedAt: '2027-01-01T00:00:00Z', status: 'left' }, [], now);
  expect(life).toMatchObject({ from: Date.parse('2027-01-01T00:00:00Z'), to: now.getTime(), stages: [], suspensions: [], reviews: [] });
});
