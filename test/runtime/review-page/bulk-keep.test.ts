import { FakeSignIn, PageWorld, PATH, REASON } from './page-world';
import { ADA } from '../engine/review-world';

jest.mock('../../../runtime/aws/cloudformation/response', () => jest.requireActual<typeof import('../engine/mailbox')>('../engine/mailbox').responsesToMailbox());

const BOTH = ['dynamodb', 's3'];

/** An agent whose access was certified once and is to be reviewed again, unchanged. */
async function certifiedIn(stage: string): Promise<PageWorld> {
  const world = new PageWorld({ signIn: new FakeSignIn() });
  await world.deploy(stage, ['dynamodb:GetItem', 's3:GetObject'], { everywhere: true });
  await world.open();
  await world.decide(ADA, { verdict: 'keep', items: BOTH });
  expect(await world.details('certified')).toHaveLength(1);
  return world;
}

describe('everything of an agent is kept by one decision that names no service', () => {
  test.each([['test', 'SUCCESS'], ['staging', 'SUCCESS'], ['production', 'ItemsInvalid']])('in %s: %s, unchanged and without findings', async (stage, outcome) => {
    const world = await certifiedIn(stage);
    await world.open();
    const { open } = (await world.now()).review!;
    expect(open!.shown.items.map(({ hasFindings }) => hasFindings)).toEqual([false, false]);
    const { answered, code = answered } = await world.decide(ADA, { verdict: 'keep' }) as { answered: string; code?: string };
    expect(code).toBe(outcome);
    expect(await world.details('certified')).toHaveLength(outcome === 'SUCCESS' ? 2 : 1);
    await world.decide(ADA, { verdict: 'keep', items: BOTH });
    expect(await world.details('certified')).toHaveLength(2);
  });

  test.each<[string, (world: PageWorld) => void]>([
    ['something is found', ({ fake }) => {
      [...fake.iam.roles.values()].forEach((role) => (role.createdAt = new Date(0)));
      fake.iam.services = [{ ServiceNamespace: 's3' }, { ServiceNamespace: 'dynamodb', LastAuthenticated: new Date('2026-09-30T00:00:00Z') }];
    }],
    ['something was granted since', (world) => world.grant(['dynamodb:GetItem', 's3:GetObject', 's3:PutObject'])],
  ])('never where %s, even in test; named one by one it is', async (_what, change) => {
    const world = await certifiedIn('test');
    change(world);
    await world.open();
    expect(await world.decide(ADA, { verdict: 'keep' })).toMatchObject({ code: 'ItemsInvalid' });
    expect(await world.details('certified')).toHaveLength(1);
    await world.decide(ADA, { verdict: 'keep', items: BOTH });
    expect(await world.details('certified')).toHaveLength(2);
  });
});

test.each(['test', 'production'])('the page has nothing that keeps everything of an agent in %s: no service is chosen beforehand, and a form without one comes back', async (stage) => {
  const world = await certifiedIn(stage);
  await world.open();
  const browser = await world.signedIn(ADA);
  const { body } = await browser.get(PATH);
  expect(body.match(/type="checkbox" name="items"/g)).toHaveLength(2);
  expect(body).not.toMatch(/ checked/);
  expect(body).not.toMatch(/approve all|keep all|select all/i);
  const form = browser.form(`${PATH}/check`);
  for (const path of ['check', 'decide']) {
    expect((await browser.post(`${PATH}/${path}`, { ...form, verdict: 'keep', reason: REASON })).status).toBe(422);
  }
  expect(await world.details('certified')).toHaveLength(1);
  await browser.decide({ verdict: 'keep', items: BOTH });
  expect(await world.details('certified')).toHaveLength(2);
});

test('a list of several agents has no form that decides about any of them', async () => {
  const world = await certifiedIn('test');
  await world.open();
  const { placement } = await world.now();
  await world.fake.memory.table.put({ pk: `notice-reviewer#${ADA}`, sk: 'agent#111122223333#invoice-bot', placement });
  const { body } = await (await world.signedIn(ADA)).get('/reviews');
  expect(body).toContain('invoice-bot');
  expect([...body.matchAll(/<form method="post" action="([^"]+)"/g)].map(([, action]) => action)).toEqual(['/sign-out']);
});
