import { PageWorld, PATH, REASON } from './page-world';
import { ADA, DAY_MS, EVE, LI } from '../engine/review-world';

jest.mock('../../../runtime/aws/cloudformation/response', () => jest.requireActual<typeof import('../engine/mailbox')>('../engine/mailbox').responsesToMailbox());

const KEEP = { verdict: 'keep', items: ['dynamodb', 's3'] };
const HISTORY = PATH.replace('reviews', 'agents');

async function opened(share?: number): Promise<PageWorld> {
  const world = new PageWorld(share === undefined ? {} : { review: { secondReview: { share } } });
  await world.join();
  await world.open();
  return world;
}

const link = (world: PageWorld, person: string) => world.opened({ person, nonce: person.replace(/[^a-z]/g, '').repeat(4).slice(0, 30) });

test('a delegate opens the link of the own mail and decides; the link of somebody who was not named, or is no longer, opens nothing', async () => {
  const world = await opened();
  expect((await (await link(world, EVE)).get(PATH)).status).toBe(403);
  await world.decide(ADA, { verdict: 'delegate', to: EVE, until: new Date(world.fake.now.getTime() + DAY_MS).toISOString() });

  const eve = await link(world, EVE);
  const { body, status } = await eve.get(PATH);
  expect(status).toBe(200);
  // A delegate can't pass on what is not theirs.
  expect(body).toContain('value="keep"');
  expect(body).not.toContain('value="transfer"');
  expect((await eve.decide(KEEP)).body).toContain('Nothing is left for you to decide');
  expect(await world.details('review-decided')).toMatchObject([{ by: EVE, relation: 'delegate', namedBy: ADA, proof: 'mail-link', reason: REASON }]);
});

test('a delegate whose time is over can\'t open the review any more, not even in a session from before', async () => {
  const world = await opened();
  await world.decide(ADA, { verdict: 'delegate', to: EVE, until: new Date(world.fake.now.getTime() + 60_000).toISOString() });
  const eve = await link(world, EVE);
  expect((await eve.get(PATH)).status).toBe(200);
  world.fake.now = new Date(world.fake.now.getTime() + 60_000);
  expect((await eve.get(PATH)).status).toBe(403);
  expect((await (await link(world, ADA)).get(PATH)).status).toBe(200);
});

test('of a drawn review nobody sees the other\'s decision: not on the review, not in the history, until both are in', async () => {
  const world = await opened(1);
  const ada = await link(world, ADA);
  expect((await ada.decide(KEEP)).body).toContain('Nothing is left for you to decide');
  expect(await world.details('certified')).toEqual([]);

  const li = await link(world, LI);
  for (const page of [PATH, HISTORY]) {
    const { body, status } = await li.get(page);
    expect(status).toBe(200);
    expect(body).not.toContain(REASON);
    expect(body).not.toContain('Decided</span>');
    expect(body).not.toContain('A reviewer decided');
  }
  expect((await ada.get(HISTORY)).body).toContain(REASON);

  expect((await li.decide({ verdict: 'reduce', items: ['s3'] })).status).toBe(200);
  // What is denied already works, so it is shown. Who decided that, and why, is not in the history yet.
  expect((await ada.get(HISTORY)).body).not.toContain(`, by ${LI}</span>`);
  expect((await li.decide({ verdict: 'keep', items: ['dynamodb'] })).body).toContain('Nothing is left for you to decide');
  expect(await world.details('certified')).toMatchObject([{ differed: ['s3'] }]);
  expect((await (await link(world, ADA)).get(PATH)).status).toBe(403);
});
