import { BOT, inStage, left, living, NAME, World } from './cataloguing';
import { wantedFor } from '../../../runtime/catalogue';
import { recordName } from '../../../src/contract/catalogue';

const synced = async (world: World) => {
  await world.sync();
  return world;
};
const joined = async () => {
  const world = new World();
  world.set(living());
  return synced(world);
};

test('an agent that joins gets a record with what the ledger says of it, which is submitted for approval', async () => {
  const world = await joined();
  expect(world.registry.records).toMatchObject([{ name: NAME, displayName: 'invoice-bot', recordType: 'CUSTOM', status: 'APPROVED', tags: { 'nhi:registry': '111122223333/agents' } }]);
  expect(world.registry.named(NAME)!.description).toBe(living().declared.purpose);
  expect(world.data()).toEqual({
    schema: 'cdk-nhi-lifecycle/agent/1',
    registry: 'agents',
    account: '111122223333',
    agent: 'invoice-bot',
    stage: living().declared.stage,
    status: 'active',
    ends: living().declared.expiresAt,
    sponsor: { name: living().declared.sponsor.accountableName },
    declaredSha256: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
});

test('the mail address of the sponsor is in it only if that is wanted', async () => {
  const { accountableEmail } = living().declared.sponsor;
  const told = new World(undefined, { showsMail: true });
  told.set(living());
  expect((await synced(told)).registry.named(NAME)!.data).toContain(accountableEmail);
  expect((await joined()).registry.named(NAME)!.data).not.toContain('@');
});

test('a team is named besides its accountable person, a suspension and a certification are in it, and the earlier end counts', () => {
  const { declared } = living();
  const state = living({
    suspension: { since: 'x' } as never,
    declared: { ...declared, untilCertified: true, sponsor: { ...declared.sponsor, kind: 'team', name: 'Billing' } },
    certifiedUntil: '2026-06-01T00:00:00Z',
    review: { certifiedAt: '2026-05-01T00:00:00Z', certified: { one: 'digest' } },
  });
  const wanted = wantedFor('agents', state, { showsMail: false });
  expect(JSON.parse((wanted as { content: { data: string } }).content.data)).toMatchObject({
    status: 'suspended', ends: '2026-06-01T00:00:00Z', sponsor: { name: declared.sponsor.accountableName, team: 'Billing' }, certified: { at: '2026-05-01T00:00:00Z', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
  });
});

test('other access is another digest; twin: the same state is the same text', () => {
  const dataOf = (state = living()) => (wantedFor('agents', state, { showsMail: false }) as { content: { data: string } }).content.data;
  const { declared } = living();
  expect(dataOf()).toBe(dataOf());
  expect(dataOf(living({ declared: { ...declared, access: { ...declared.access!, trust: 'another' } } }))).not.toBe(dataOf());
});

test('an event without a change does nothing but look', async () => {
  const world = await joined();
  world.registry.calls.length = 0;
  await world.sync();
  expect(world.registry.calls).toEqual(['POST -list', 'GET record']);
});

test('a move changes the record and submits it again', async () => {
  const world = await joined();
  world.set(inStage('production'));
  await world.sync();
  expect(world.data().stage).toBe('production');
  expect(world.registry.named(NAME)!.status).toBe('APPROVED');
});

test('an agent that left has a deprecated record for the declared time, and then none', async () => {
  const world = await joined();
  world.set(left());
  await world.sync();
  expect(world.registry.named(NAME)).toMatchObject({ status: 'DEPRECATED', statusReason: 'invoice-bot is no agent of the registry agents any more' });
  world.pass(29.9);
  expect((await synced(world)).registry.records).toHaveLength(1);
  world.pass(0.1);
  expect((await synced(world)).registry.records).toEqual([]);
  expect((await synced(world)).registry.records).toEqual([]);
});

test('an agent that joins again gets a new record, because a deprecated one can\'t be changed', async () => {
  const world = await joined();
  const { recordId } = world.registry.named(NAME)!;
  world.set(left());
  await world.sync();
  world.set(inStage('staging'));
  await world.sync();
  expect(world.registry.records).toMatchObject([{ name: NAME, status: 'APPROVED' }]);
  expect(world.registry.named(NAME)!.recordId).not.toBe(recordId);
});

test('an agent that the ledger does not have, or that waits to join, has no record', async () => {
  const world = await joined();
  world.set(undefined);
  expect((await synced(world)).registry.records).toEqual([]);
  world.set({ placement: BOT, approval: {} } as never);
  expect((await synced(world)).registry.records).toEqual([]);
});

describe('what people do to a record is repaired by the next event', () => {
  test.each<[string, Parameters<World['registry']['byHand']>[1]]>([
    ['another content', { data: '{"sponsor":{"name":"Eve"}}', status: 'DRAFT' }],
    ['another description', { description: 'harmless' }],
    ['another name to show', { displayName: 'payroll' }],
    ['deprecated', { status: 'DEPRECATED' }],
    ['a change that failed', { status: 'UPDATE_FAILED' }],
    ['a creation that failed', { status: 'CREATE_FAILED' }],
    ['deleted', 'delete'],
  ])('%s', async (_what, change) => {
    const world = await joined();
    const { data, description, displayName } = world.registry.named(NAME)!;
    world.registry.byHand(NAME, change);
    await world.sync();
    expect(world.registry.records).toMatchObject([{ data, description, displayName, status: 'APPROVED' }]);
  });

  test('twin: what curators decide stays', async () => {
    for (const status of ['REJECTED', 'PENDING_APPROVAL'] as const) {
      const world = await joined();
      world.registry.byHand(NAME, { status });
      await world.sync();
      expect(world.registry.named(NAME)!.status).toBe(status);
    }
  });
});

test('a record that is approved by people waits for them', async () => {
  const world = new World();
  world.registry.approves = false;
  world.set(living());
  await world.sync();
  expect(world.registry.named(NAME)!.status).toBe('PENDING_APPROVAL');
});

test('while the service is at work it waits, longer each time; what takes too long is tried again and said', async () => {
  const world = new World();
  world.registry.slowness = 5;
  world.set(living());
  await world.sync();
  expect(world.registry.named(NAME)!.status).toBe('APPROVED');
  expect(world.pauses).toEqual([1_000, 2_000, 4_000, 8_000, 8_000, 8_000]);

  const slow = new World();
  slow.registry.slowness = 50;
  slow.set(living());
  await expect(slow.sync()).rejects.toMatchObject({ code: 'CatalogueUnsettled' });
});

test('a record of somebody else under its name is not touched; twin: names that begin alike are others', async () => {
  const world = new World();
  world.set(living());
  world.registry.add({ name: `${NAME}-2`, displayName: 'another' });
  world.registry.add({ name: `${NAME}-3`, displayName: 'another' });
  await world.sync();
  expect(world.registry.named(`${NAME}-2`)).toMatchObject({ displayName: 'another', status: 'APPROVED' });

  const taken = new World();
  taken.set(living());
  taken.registry.add({ name: NAME, recordType: 'AGENT', displayName: 'theirs' });
  await expect(taken.sync()).rejects.toMatchObject({ code: 'CatalogueNameTaken' });
  expect(taken.registry.named(NAME)).toMatchObject({ displayName: 'theirs', status: 'APPROVED' });
});

test('what the service refuses is not hidden', async () => {
  const world = new World();
  world.set(living({ declared: { ...living().declared, purpose: 'x'.repeat(5_000) } }));
  await expect(world.sync()).rejects.toMatchObject({ name: 'ValidationException' });
});

test('names of records are those of agents, and nothing else is one', () => {
  expect(recordName('agents', BOT)).toBe('agents/111122223333/invoice-bot');
});
