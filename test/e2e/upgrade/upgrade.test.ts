import { GetRoleCommand } from '@aws-sdk/client-iam';
import { frozenVersion, FrozenVersion } from './frozen';
import { certificatesOf, showPlacement, verifyPlacement } from '../../../runtime/operator';
import { SCHEMA_VERSION } from '../../../src/contract/lifecycle-resource';
import { agentApp, END, platform, PRODUCTION, PRODUCTION_TABLE, TEST_TABLE } from '../harness/apps';
import { eventsOf, readTable } from '../harness/ledger-items';
import { LocalAws } from '../harness/local-aws';

const AGENTS = ['invoice-bot', 'ledger-bot'];
const NEWER = String(Number(SCHEMA_VERSION) + 1);

let aws: LocalAws;
let former: FrozenVersion;
let session: Awaited<ReturnType<LocalAws['sessions']['open']>>;
let before: World;

interface World {
  /** Unique ids of the agents' roles. */
  readonly roles: Record<string, string>;
  /** Physical ids of the registry's resources, by their logical ids. */
  readonly registry: Record<string, string>;
  readonly rows: Awaited<ReturnType<typeof readTable>>;
  readonly events: Record<string, string[]>;
}

beforeAll(async () => {
  aws = await LocalAws.start();
  former = frozenVersion(END.iso);
  await aws.deployFrozen(former);
  session = await aws.sessions.open('invoice-bot', 'test');
  before = await world();
});

afterAll(() => aws.stop());

async function world(): Promise<World> {
  const resources = await aws.resourcesOf('Platform');
  return {
    roles: Object.fromEntries(await Promise.all(AGENTS.map(async (name) => [name, await roleId(`${name}-test`)]))),
    registry: Object.fromEntries(resources.map(({ LogicalResourceId: id = '', PhysicalResourceId: physical = '' }) => [id, physical])),
    rows: await readTable(aws.registry.table),
    events: Object.fromEntries(await Promise.all(AGENTS.map(async (name) => {
      const { events } = await verifyPlacement(aws.registry, name, new Date());
      return [name, events.map(({ id }) => id)];
    }))),
  };
}

async function roleId(RoleName: string): Promise<string> {
  return (await aws.iam.send(new GetRoleCommand({ RoleName }))).Role!.RoleId!;
}

/** Fails unless all that was recorded before the upgrade is still there, in intact chains with intact copies. */
async function expectNothingLost(): Promise<void> {
  const { rows, events } = await world();
  const keys = new Set(rows.map(({ pk, sk }) => `${pk} ${sk}`));
  expect(before.rows.map(({ pk, sk }) => `${pk} ${sk}`).filter((key) => !keys.has(key))).toEqual([]);
  for (const name of AGENTS) {
    expect(events[name].slice(0, before.events[name].length)).toEqual(before.events[name]);
    const { chain, evidence } = await verifyPlacement(aws.registry, name, new Date());
    expect(chain.intact).toBe(true);
    expect(evidence.map(({ verdict }) => verdict).filter((verdict) => verdict !== 'intact')).toEqual([]);
  }
}

test('the version before has another schema, and its registry refuses an agent of this one, which changes nothing', async () => {
  expect(former.templates.InvoiceBot).toContain(`"SchemaVersion":"${Number(SCHEMA_VERSION) - 1}"`);
  await expect(aws.deploy(agentApp())).rejects.toThrow(/PropertiesInvalid: .*SchemaVersion/);

  expect((await world()).roles).toEqual(before.roles);
  expect(await aws.sessions.read(session, TEST_TABLE)).toBe('allowed');
  await expectNothingLost();
});

test('an upgrade of the registry renames nothing and loses nothing, and its agents keep working', async () => {
  await aws.deploy(platform());

  const { roles, registry } = await world();
  expect(roles).toEqual(before.roles);
  expect(registry).toMatchObject(before.registry);
  expect(await aws.sessions.read(session, TEST_TABLE)).toBe('allowed');
  await expectNothingLost();
});

test('an agent with a schema that the registry does not know is refused, moved or new, and loses nothing', async () => {
  const newer = (stage = PRODUCTION, app = {}) => aws.deployEdited(agentApp({ stage, ...app }), (resources) => Object.values(resources)
    .filter(({ Type }) => Type === 'Custom::AgentLifecycle').forEach((resource) => Object.assign((resource as unknown as { Properties: object }).Properties, { SchemaVersion: NEWER })));
  const refusal = new RegExp(`SchemaTooNew: .* has schema version ${NEWER}, and the registry agents accepts the schema versions .*; nothing was changed: deploy the registry .* first`);

  await expect(newer()).rejects.toThrow(refusal);
  await expect(newer(PRODUCTION, { stackName: 'FutureBot', agentName: 'future-bot' })).rejects.toThrow(refusal);

  expect((await world()).roles).toEqual(before.roles);
  expect(await aws.sessions.read(session, TEST_TABLE)).toBe('allowed');
  expect(await showPlacement(aws.registry, 'invoice-bot')).toMatchObject({ status: 'active', declared: { stage: 'test' } });
  await expect(showPlacement(aws.registry, 'future-bot')).rejects.toMatchObject({ code: 'AgentUnknown' });
  await expectNothingLost();
});

test('an upgrade of the library keeps role, id and sessions of an agent', async () => {
  await aws.deploy(agentApp());

  expect((await world()).roles).toEqual(before.roles);
  expect(await aws.sessions.read(session, TEST_TABLE)).toBe('allowed');
  expect(await showPlacement(aws.registry, 'invoice-bot')).toMatchObject({ status: 'active', declared: { stage: 'test' } });
  await expectNothingLost();
});

test('it moves and leaves as any agent, and its chain continues from the events of the version before', async () => {
  await aws.deploy(agentApp({ stage: PRODUCTION }));
  expect(await aws.sessions.read(session, TEST_TABLE)).toBe('refused');
  const inProduction = await aws.sessions.open('invoice-bot', 'production');
  expect(await aws.sessions.write(inProduction, PRODUCTION_TABLE)).toBe('allowed');

  await aws.destroy(agentApp({ stage: PRODUCTION }));
  await aws.executionsDone();

  expect(await aws.sessions.write(inProduction, PRODUCTION_TABLE)).toBe('refused');
  expect(await eventsOf(aws.registry, 'invoice-bot')).toEqual(expect.arrayContaining(['joined', 'moved', 'principal-retired', 'left', 'deletion-confirmed']));
  expect((await certificatesOf(aws.registry, 'invoice-bot')).leaves).toHaveLength(1);
});

test('an agent that was never deployed again leaves, too, with a certificate', async () => {
  await aws.destroyStack('LedgerBot');
  await aws.executionsDone();

  expect(await eventsOf(aws.registry, 'ledger-bot')).toEqual(['joined', 'principal-retired', 'left', 'deletion-confirmed']);
  const { leaves } = await certificatesOf(aws.registry, 'ledger-bot');
  expect(leaves).toHaveLength(1);
  expect((await verifyPlacement(aws.registry, 'ledger-bot', new Date())).evidence.map(({ verdict }) => verdict)).toEqual(['intact', 'intact']);
});
