import { mac, PageWorld, PATH } from './page-world';
import { NoticeLedger, OrphanLedger, PlacementLedger, SweepLedger } from '../../../runtime/ledger';
import { collect, Notifier, sendDigests } from '../../../runtime/notifications';
import { Digest } from '../../../runtime/notifications/digest';
import { PLACEMENT } from '../engine/decision/requests';
import { ADA, EVE } from '../engine/review-world';

jest.mock('../../../runtime/aws/cloudformation/response', () => jest.requireActual<typeof import('../engine/mailbox')>('../engine/mailbox').responsesToMailbox());

const ORIGIN = 'https://reviews.example.com';

let world: PageWorld;
let inbox: (Digest & { readonly person: string })[];
let nonces: number;

beforeEach(async () => {
  [inbox, nonces] = [[], 0];
  world = new PageWorld();
  await world.join();
  await world.open();
});

/** Collects the last event as the bus delivers it, and sends the digests of the next day. */
async function mailLastEvent(): Promise<void> {
  const { table } = world.fake.memory;
  const notifier: Notifier = {
    registry: 'agents',
    settings: { channel: { kind: 'mail', from: 'agents@example.com' }, digestHour: 6, operators: [] },
    ledger: new PlacementLedger(table),
    sweeps: new SweepLedger(table),
    orphans: new OrphanLedger(table),
    notices: new NoticeLedger(table),
    channel: {
      send: async (person, digest) => `message-${inbox.push({ ...digest, person })}`,
    },
    links: { origin: ORIGIN, lifetimeSeconds: 8 * 86_400, canSignIn: true, mac, nonce: () => String(++nonces).padStart(22, 'n') },
    now: () => world.fake.now,
    unique: () => `claim-${++nonces}`,
    count: () => undefined,
    warn: (message) => { throw new Error(message); },
  };
  const event = (await world.fake.engine.ledger.events(PLACEMENT)).at(-1)!;
  await collect(notifier, { id: event.id, type: event.type, subject: event.subject, time: event.time, sequence: event.sequence });
  await sendDigests(notifier);
  world.pass(1);
}

const linkIn = ({ text }: Digest): string => new RegExp(`${ORIGIN}(/open/\\S+)`).exec(text)![1];

test('the person to whom an agent is offered gets a mail with a link, accepts by it, and then gets the link of the review; the other learns of it', async () => {
  await (await world.opened()).decide({ verdict: 'transfer', to: EVE, reason: 'Eve leads the team <now>' });
  await mailLastEvent();
  expect(inbox).toEqual([expect.objectContaining({ person: EVE, subject: `[agents] ${ADA} asks you to be accountable for invoice-bot` })]);
  expect(inbox[0].text).toContain('Eve leads the team <now>');
  expect(inbox[0].text).toContain('accept or decline');
  expect(inbox[0].html).not.toContain('<now>');

  const browser = world.browser();
  expect((await browser.get(linkIn(inbox[0]))).body).toContain('You were asked to be the person who is accountable');
  await browser.post('/open', browser.form('/open'));
  expect((await browser.decide({ verdict: 'accept' })).body).toContain('Your decision is recorded');
  await mailLastEvent();
  const [, ...answers] = inbox;
  expect(answers.map(({ person }) => person)).toEqual([ADA, EVE]);
  expect(answers[0].text).toContain('The person to whom you offered this agent accepted.');
  expect(answers[0].text).not.toContain('/open/');

  const later = world.browser();
  await later.get(linkIn(answers[1]));
  await later.post('/open', later.form('/open'));
  expect((await later.decide({ verdict: 'keep', items: ['s3', 'dynamodb'] })).body).toContain('Nothing is left for you to decide');
  expect(await world.details('certified')).toEqual([expect.objectContaining({ by: [EVE] })]);
});

test('who offered an agent learns that the person declined, and decides the review after all', async () => {
  await (await world.opened()).decide({ verdict: 'transfer', to: EVE });
  await mailLastEvent();
  const browser = world.browser();
  await browser.get(linkIn(inbox[0]));
  await browser.post('/open', browser.form('/open'));
  await browser.decide({ verdict: 'decline' });
  await mailLastEvent();
  expect(inbox.slice(1)).toEqual([expect.objectContaining({ person: ADA, text: expect.stringContaining('declined. You are still accountable') })]);
  expect((await world.browser().get(linkIn(inbox[0]))).status).toBe(403);
  expect((await world.opened({ nonce: 'z'.repeat(22) })).last.status).toBe(200);
});

test('other decisions send no mail', async () => {
  await (await world.opened()).decide({ verdict: 'keep', items: 's3' });
  await mailLastEvent();
  expect(inbox).toEqual([]);
  expect((await world.browser().get(PATH)).status).toBe(403);
});
