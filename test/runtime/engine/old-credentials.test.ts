import { ReviewWorld } from './review-world';
import { CredentialProperties } from '../../../src/contract/lifecycle-resource';
import { ResidueKind } from '../../../src/contract/residue';

jest.mock('../../../runtime/aws/cloudformation/response', () => jest.requireActual<typeof import('./mailbox')>('./mailbox').responsesToMailbox());

const KEY: CredentialProperties = { Kind: 'api-gateway-key', Name: 'agents_invoice-bot_test_erp' };
const NEXT: CredentialProperties = { ...KEY, Name: 'agents_invoice-bot_test_erp_2' };
const CLIENT: CredentialProperties = { Kind: 'user-pool-client', Name: 'agents_invoice-bot_test_crm', UserPool: 'eu-west-1_pool', TokenSeconds: '300' };
const JOINED = '2026-06-01T00:00:00.000Z';
const PROFILE: CredentialProperties = { Kind: 'roles-anywhere-profile', Name: 'agents_invoice-bot_test_scanner' };

let world: ReviewWorld;
beforeEach(() => {
  world = new ReviewWorld();
  world.reviewWith(undefined);
  const wipes = world.fake.engine.wipes as Set<ResidueKind>;
  [ResidueKind.API_GATEWAY_KEYS, ResidueKind.USER_POOL_CLIENTS, ResidueKind.ROLES_ANYWHERE].forEach((kind) => wipes.add(kind));
});

const deploy = (...credentials: CredentialProperties[]) => world.join(undefined, 'test', { credentials });
const told = async (): Promise<string[][]> => (await world.details('credential-old')).map(({ credentials }) => (credentials as { name: string }[]).map(({ name }) => name));
const listed = async () => (await world.fake.engine.ledger.fleet.list())[0].oldCredentials;

async function after(days: number): Promise<void> {
  world.pass(days);
  await world.sweepAll();
}

test('a key and a client that are older than the stage allows are notified once and again each 30 days, and a profile, which is no secret, is not', async () => {
  await deploy(KEY, CLIENT, PROFILE);
  await after(89);
  expect([await told(), await listed()]).toEqual([[], undefined]);
  await after(1);
  expect([await told(), await listed()]).toEqual([[[KEY.Name, CLIENT.Name]], [KEY.Name, CLIENT.Name]]);
  expect(await world.details('credential-old')).toEqual([{
    credentials: [{ kind: KEY.Kind, name: KEY.Name, since: JOINED }, { kind: CLIENT.Kind, name: CLIENT.Name, since: JOINED }],
    allowedDays: 90,
    sponsor: 'ada@example.com',
    backup: 'li@example.com',
    advice: expect.stringContaining('`generation`'),
  }]);
  await after(29);
  expect(await told()).toHaveLength(1);
  await after(1);
  expect(await told()).toHaveLength(2);
});

test('another generation ends it', async () => {
  await deploy(KEY, CLIENT);
  await after(90);
  await deploy(NEXT, CLIENT);
  expect(await listed()).toEqual([CLIENT.Name]);
  await after(30);
  expect(await told()).toEqual([[KEY.Name, CLIENT.Name], [CLIENT.Name]]);
});

test('the age of another generation counts from its own declaration', async () => {
  await deploy(KEY);
  await after(40);
  await deploy(NEXT);
  await after(89);
  expect(await told()).toEqual([]);
  await after(1);
  expect(await told()).toEqual([[NEXT.Name]]);
});

test('a suspended agent notifies nobody, and does after it is resumed', async () => {
  await deploy(KEY);
  await world.ask({ kind: 'suspend', reason: 'Its key was seen in a public place' });
  await after(91);
  expect(await told()).toEqual([]);
  await world.ask({ kind: 'resume', reason: 'It was a false alarm' });
  await world.sweepAll();
  expect(await told()).toEqual([[KEY.Name]]);
});
