import { isReduced } from './fake-iam';
import { ADA, EVE, LI, ReviewWorld } from './review-world';
import { statusOf } from '../../../runtime/model/placement-state';

jest.mock('../../../runtime/aws/cloudformation/response', () => ({
  ...jest.requireActual<object>('../../../runtime/aws/cloudformation/response'),
  sendResponse: async (_url: URL, answer: { RequestId: string }) => {
    jest.requireActual<typeof import('./mailbox')>('./mailbox').mailbox.set(answer.RequestId, answer as never);
    return 'taken';
  },
}));

const DONE = { answered: 'SUCCESS' };
const BOTH = ['dynamodb', 's3'];
const refused = (code: string): object => ({ answered: 'FAILED', code });

async function opened(): Promise<ReviewWorld> {
  const world = new ReviewWorld();
  await world.join();
  await world.open();
  return world;
}

test('a review is opened at the interval, told, and kept by its sponsor; the next one is due an interval later', async () => {
  const world = await opened();
  const { review } = await world.now();
  expect(review?.open).toMatchObject({ causes: ['interval'], shown: { items: [{ service: 'dynamodb' }, { service: 's3' }] } });
  expect(await world.details('review-due')).toMatchObject([{ step: 'opened', services: BOTH, sponsor: ADA }]);

  expect(await world.decide(ADA, { verdict: 'keep', items: BOTH })).toEqual(DONE);

  const after = await world.now();
  expect(after.review).toEqual({ certifiedAt: world.fake.now.toISOString(), certified: { dynamodb: expect.any(String), s3: expect.any(String) } });
  expect(after.due).toMatchObject({ reason: 'expiry-warning' });
  expect(await world.details('certified')).toMatchObject([{ kept: BOTH, reduced: [], by: [ADA] }]);
  expect(await world.details('review-decided')).toMatchObject([{
    verdict: 'keep', relation: 'sponsor', proof: 'aws-session', session: `AROA000000000900:${ADA}`, shown: review!.open!.shown.sha256, meaning: expect.stringContaining('I am accountable'), undecided: [],
  }]);
  await world.check();
});
