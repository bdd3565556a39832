import { ADA, ReviewWorld } from './review-world';
import { keys } from '../../../runtime/ledger/keys';
import { logicalIds } from '../../../src/contract/logical-ids';
import { named } from '../ledger/memory-table';

jest.mock('../../../runtime/aws/cloudformation/response', () => jest.requireActual<typeof import('./mailbox')>('./mailbox').responsesToMailbox());

const DONE = { answered: 'SUCCESS' };
const BY_HAND = 'arn:aws:iam::111122223333:policy/by-hand';
const TABLE = 'arn:aws:dynamodb:eu-west-1:111122223333:table/invoices';
const allow = (Action: string, more: object = {}): string => JSON.stringify({ Statement: [{ Effect: 'Allow', Action, Resource: '*', ...more }] });
const roleOf = (world: ReviewWorld) => world.fake.iam.byId(world.stack.agent!.roleId)!;

/** A world whose first review is due. */
async function joined(settings = {}): Promise<ReviewWorld> {
  const world = new ReviewWorld(settings);
  await world.join();
  return world;
}

test('nothing is found of an agent that has what its code says', async () => {
  const world = await joined();
  await world.open();
  const { items, attached, unread, signals, cost, construct } = await world.shown();
  expect(items.map(({ service, findings, granted }) => [service, findings, granted.some(({ source }) => source !== undefined)])).toEqual([['dynamodb', [], false], ['s3', [], false]]);
  expect({ attached, unread, cost, construct }).toEqual({ attached: [], unread: [], cost: undefined, construct: undefined });
  expect(signals.map(({ source }) => source)).toEqual(['access keys last used', 'own secrets last accessed', 'live compute']);
  expect(world.fake.costs.requests).toEqual([]);
});

test('what an attached policy, another inline policy and the policy of a resource allow is granted and not declared, each with its source', async () => {
  const world = await joined();
  roleOf(world).attached.add(BY_HAND);
  roleOf(world).inline.set('extra', allow('sqs:SendMessage'));
  world.fake.iam.policies.set(BY_HAND, [allow('s3:*')]);
  world.fake.policies.byArn.set(TABLE, allow('dynamodb:DeleteTable', { Principal: { AWS: `arn:aws:iam::111122223333:role/agents/test/${roleOf(world).roleName}` } }));
  await world.open();
  const { items, attached } = await world.shown();

  expect(items.map(({ service, notDeclared }) => [service, notDeclared])).toEqual([['dynamodb', ['dynamodb:DeleteTable']], ['s3', ['s3:*']], ['sqs', ['sqs:SendMessage']]]);
  expect(items.map(({ granted }) => granted.at(-1)!.source)).toEqual([`policy of ${TABLE}`, `attached policy ${BY_HAND}`, 'inline policy extra']);
  expect(items.every(({ hasFindings, findings }) => hasFindings && findings.includes('granted-not-declared'))).toBe(true);
  expect(attached).toEqual([BY_HAND]);
  expect(world.fake.policies.asked).toEqual([TABLE]);
});

test('the policy of a resource that names another role grants nothing', async () => {
  const world = await joined();
  world.fake.policies.byArn.set(TABLE, allow('dynamodb:*', { Principal: { AWS: 'arn:aws:iam::111122223333:role/other' } }));
  await world.open();
  expect((await world.shown()).items.every(({ hasFindings }) => !hasFindings)).toBe(true);
});

test('what can\'t be read is named, and then nobody keeps everything at once', async () => {
  const partial = await joined();
  await partial.open();
  await partial.decide(ADA, { verdict: 'keep', items: ['dynamodb', 's3'] });
  partial.fake.policies.failures.set(TABLE, named('AccessDeniedException', 'not authorized'));
  await partial.open();
  expect((await partial.shown()).unread).toEqual([{ what: `policy of ${TABLE}`, reason: expect.stringContaining('not authorized') }]);
  expect(await partial.decide(ADA, { verdict: 'keep' })).toMatchObject({ code: 'ItemsInvalid', message: expect.stringContaining('policies that could not be read') });
  expect(await partial.decide(ADA, { verdict: 'keep', items: ['dynamodb', 's3'] })).toEqual(DONE);

  const whole = await joined();
  await whole.open();
  await whole.decide(ADA, { verdict: 'keep', items: ['dynamodb', 's3'] });
  await whole.open();
  expect(await whole.decide(ADA, { verdict: 'keep' })).toEqual(DONE);
});

test('a service that few others of the stage have is a finding, and the agent is not its own peer', async () => {
  const peers = (world: ReviewWorld, having: object): void => {
    const row = { pk: keys.registry, sk: keys.peers('test', 0) };
    world.fake.memory.items.set(`${row.pk}|${row.sk}`, { ...row, ...having });
  };
  const world = await joined();
  peers(world, { 'living': 20, 'service#dynamodb': 20, 'service#s3': 1 });
  await world.open();
  const { items } = await world.shown();
  expect(items.map(({ service, findings, peers: share }) => [service, findings, share])).toEqual([
    ['dynamodb', [], { having: 20, of: 20 }], ['s3', ['wider-than-peers'], { having: 1, of: 20 }],
  ]);
  expect(await world.details('review-due')).toMatchObject([{ withFindings: ['s3'] }]);

  const alone = await joined();
  await alone.open();
  expect((await alone.shown()).items.every(({ peers: share }) => share === undefined)).toBe(true);
});

describe('costs', () => {
  test('are asked for once a review, also if it is shown again', async () => {
    const world = await joined({ readsCosts: true });
    world.fake.costs.amount = '3.5';
    await world.open();
    expect((await world.shown()).cost).toMatchObject({ amount: 3.5, unit: 'USD' });
    await world.deploy('test', ['dynamodb:GetItem']);
    world.pass(1);
    await world.sweepAll();
    expect(await world.details('review-due')).toMatchObject([{ step: 'opened' }, { step: 'changed' }]);
    expect((await world.shown()).cost).toMatchObject({ amount: 3.5 });
    expect(world.fake.costs.requests).toHaveLength(1);
  });

  test('that Cost Explorer does not tell keep no review from being opened', async () => {
    const world = await joined({ readsCosts: true });
    world.fake.costs.failure = named('DataUnavailableException', 'no data');
    await world.open();
    expect((await world.shown()).cost).toMatchObject({ missing: expect.stringContaining('no data') });
  });
});

describe('the change of the code', () => {
  const change = (construct?: string) => ({ codeChange: ['accessIn(test), on <Invoices.Arn>: remove s3:GetObject; keep dynamodb:GetItem'], ...(construct === undefined ? {} : { construct }) });

  test('is in the events of a reduction, with the construct if the template names it', async () => {
    const world = await joined();
    world.fake.metadata.set(logicalIds('invoice-bot', 'test').access, JSON.stringify({ 'aws:cdk:path': 'Billing/InvoiceBot/Role/Access/Resource' }));
    world.fake.resources.set(`${world.stack.stackId}|${logicalIds('invoice-bot', 'test').access}`, { type: 'AWS::IAM::Policy', status: 'CREATE_COMPLETE', physicalId: 'x' });
    await world.open();
    expect((await world.shown()).construct).toBe('Billing/InvoiceBot');
    expect(await world.decide(ADA, { verdict: 'reduce', actions: ['s3'] })).toEqual(DONE);
    expect(await world.details('reduced')).toEqual([expect.objectContaining(change('Billing/InvoiceBot'))]);
    expect(await world.details('review-decided')).toEqual([expect.objectContaining(change('Billing/InvoiceBot'))]);
  });

  test('that is asked for has the statements as they are; a keep and a return have none', async () => {
    const world = await joined();
    await world.open();
    await world.decide(ADA, { verdict: 'request-change', items: ['s3'] });
    await world.decide(ADA, { verdict: 'keep', items: ['dynamodb'] });
    const [asked, kept] = await world.details('review-decided');
    expect(asked).toMatchObject({ codeChange: ['accessIn(test), on <Invoices.Arn>: now dynamodb:GetItem, s3:GetObject'] });
    expect(asked).not.toHaveProperty('construct');
    expect(kept).not.toHaveProperty('codeChange');
  });
});
