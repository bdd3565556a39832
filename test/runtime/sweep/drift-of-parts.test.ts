import { sweeperOf } from './sweeping';
import { AgendaSettings } from '../../../runtime/model/agenda-settings';
import { PLACEMENT } from '../engine/decision/requests';
import { World } from '../engine/world';

jest.mock('../../../runtime/aws/cloudformation/response', () => jest.requireActual<typeof import('../engine/mailbox')>('../engine/mailbox').responsesToMailbox());

const DAY_MS = 86_400_000;
const REMOVING: AgendaSettings = { warningSeconds: [], teardownAfterSeconds: 7 * 86_400, driftCheckSeconds: 86_400, removeDrift: true };
const PART = (number: number) => `arn:aws:iam::111122223333:policy/agents/invoice-bot-test-access-${number}`;
const END = '2026-11-25T00:00:00Z';

let world: World;
beforeEach(async () => {
  world = new World({ agenda: REMOVING });
  await world.stack.deploy('test', { end: END, accessParts: 2 });
  await sweepIn(0.1);
});

const role = () => world.fake.iam.roles.get('invoice-bot-test')!;
const found = async () => (await world.state())?.agenda?.drift?.found;
/** The change of a managed policy: IAM makes it another version. */
const change = (number: number, document: string) => world.fake.iam.policies.get(PART(number))!.push(document);

async function sweepIn(days: number): Promise<void> {
  world.fake.now = new Date(world.fake.now.getTime() + days * DAY_MS);
  await sweeperOf(world).sweep();
}

test('the managed policies with the access are no drift, and are not removed', async () => {
  await sweepIn(1);
  await sweepIn(1);
  expect(await found()).toBeUndefined();
  expect([...role().attached]).toEqual(expect.arrayContaining([PART(1), PART(2)]));
});

test('another content of one is reported, and a deployment that does not write it accepts nothing', async () => {
  change(1, '{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}');
  await sweepIn(1);
  expect(await found()).toMatchObject({ changed: ['attached policy invoice-bot-test-access-1'], appeared: [], vanished: [] });

  change(1, '{"Statement": [] }');
  await sweepIn(1);
  expect(await found()).toBeUndefined();
});

test('one that was detached is reported, and so is one that the template does not have, which is not removed: a deployment could bring it', async () => {
  role().attached.delete(PART(2));
  role().attached.add(PART(3));
  await sweepIn(1);
  expect(await found()).toMatchObject({ vanished: ['attached policy invoice-bot-test-access-2'], appeared: [`attached policy ${PART(3)}`] });
  await sweepIn(1);
  expect(role().attached.has(PART(3))).toBe(true);
});

test('one that can\'t be read makes the check unknown: no finding, and none that goes', async () => {
  role().trust = '{"Statement":["open"]}';
  await sweepIn(1);
  expect((await found())?.changed).toEqual(['trust policy']);
  world.fake.iam.policies.delete(PART(2));
  role().trust = '{}';
  await sweepIn(1);
  expect((await found())?.changed).toEqual(['trust policy']);
});

test('an agent with fewer parts loses them, and one that leaves is torn down without them in the way', async () => {
  await world.stack.deploy('test', { end: END, accessParts: 1 });
  expect((await world.state())?.principals[role().roleId].accessParts).toBe(1);
  await world.stack.deploy('test', { end: END });
  expect((await world.state())?.principals[role().roleId]).not.toHaveProperty('accessParts');
  await world.stack.deploy('test', { end: END, accessParts: 2 });
  await world.stack.destroy();
  expect(world.fake.iam.roles.size).toBe(0);
  expect((await world.fake.engine.ledger.events(PLACEMENT)).map(({ type }) => type.split('.').at(-2))).toEqual(expect.arrayContaining(['joined', 'left']));
});

test('what somebody attached beside them is removed by a leave, and a part is left to CloudFormation', async () => {
  const id = role().roleId;
  role().attached.add('arn:aws:iam::aws:policy/AdministratorAccess');
  await world.stack.destroy();
  expect(world.fake.iam.byId(id)).toBeUndefined();
  expect((await world.state())?.status).toBe('left');
});
