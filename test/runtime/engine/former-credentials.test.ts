import { ReviewWorld } from './review-world';
import { holdingsOf } from '../../../runtime/engine/holdings';
import { credentialsOn } from '../../../runtime/engine/observation/credentials';
import { switchedOn } from '../../../runtime/engine/steps/former-credentials';
import { credentialsOf, formerCredentials } from '../../../runtime/model/own-credentials';
import { CredentialProperties } from '../../../src/contract/lifecycle-resource';
import { ResidueKind } from '../../../src/contract/residue';

jest.mock('../../../runtime/aws/cloudformation/response', () => jest.requireActual<typeof import('./mailbox')>('./mailbox').responsesToMailbox());

const PROFILE: CredentialProperties = { Kind: 'roles-anywhere-profile', Name: 'agents_invoice-bot_test_scanner' };
const KEY: CredentialProperties = { Kind: 'api-gateway-key', Name: 'agents_invoice-bot_test_erp' };
const NEXT: CredentialProperties = { ...KEY, Name: 'agents_invoice-bot_test_erp_2' };
const PROVIDER: CredentialProperties = { Kind: 'api-key-provider', Name: 'agents_invoice-bot_mail' };
const HOUR_DAYS = 1 / 24;

let world: ReviewWorld;
beforeEach(() => {
  world = new ReviewWorld();
  wipe(ResidueKind.API_GATEWAY_KEYS, ResidueKind.ROLES_ANYWHERE);
});

function wipe(...kinds: ResidueKind[]): void {
  const wipes = world.fake.engine.wipes as Set<ResidueKind>;
  wipes.clear();
  kinds.forEach((kind) => wipes.add(kind));
}

const services = () => world.fake.services;
const keys = (): string[] => [...services().apiKeys.values()];
const off = (): string[] => [...services().off].sort();
const former = async (): Promise<string[]> => formerCredentials(await world.now()).map(({ name }) => name);
const deploy = (...credentials: CredentialProperties[]) => world.join(undefined, 'test', { credentials });
const suspend = () => world.ask({ kind: 'suspend', reason: 'Its key was seen in a public place' });
const resume = () => world.ask({ kind: 'resume', reason: 'It was a false alarm' });

/** CloudFormation makes them after it asked the engine. */
async function joined(): Promise<void> {
  await deploy(KEY, PROFILE);
  services().apiKeys.set('key-1', KEY.Name);
  services().profiles.set('profile-1', []);
  services().profileNames.set('profile-1', PROFILE.Name);
}

/** The next generation of the key. CloudFormation could not delete the one before. */
async function replaced(): Promise<void> {
  await joined();
  await deploy(NEXT, PROFILE);
  services().apiKeys.set('key-2', NEXT.Name);
}

describe('a credential that a deployment drops', () => {
  test('is remembered, and a sweep deletes it if CloudFormation did not', async () => {
    await replaced();
    expect(await former()).toEqual([KEY.Name]);
    await world.sweepAll();
    expect(keys()).toEqual([KEY.Name, NEXT.Name]);
    world.pass(HOUR_DAYS);
    await world.sweepAll();
    expect([keys(), await former()]).toEqual([[NEXT.Name], []]);
    expect(await world.details('credential-deleted')).toEqual([{ deleted: [`api-gateway-key/key-1/${KEY.Name}`] }]);
    expect(services().profiles.has('profile-1')).toBe(true);
  });

  test('is forgotten when a sweep saw that CloudFormation deleted it', async () => {
    await replaced();
    services().apiKeys.delete('key-1');
    world.pass(HOUR_DAYS);
    await world.sweepAll();
    expect([keys(), await former()]).toEqual([[NEXT.Name], []]);
    expect((await world.now()).due?.reason).not.toBe('former-credentials');
    expect(await world.names()).not.toContain('credential-deleted');
  });

  test('is forgotten only by a registry that looks for such things, and found when it does', async () => {
    await replaced();
    wipe(ResidueKind.ROLES_ANYWHERE);
    world.pass(HOUR_DAYS);
    await world.sweepAll();
    expect([keys(), await former()]).toEqual([[KEY.Name, NEXT.Name], [KEY.Name]]);
    wipe(ResidueKind.API_GATEWAY_KEYS, ResidueKind.ROLES_ANYWHERE);
    world.pass(1);
    await world.sweepAll();
    expect([keys(), await former()]).toEqual([[NEXT.Name], []]);
  });

  test.each(['UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', 'UPDATE_ROLLBACK_COMPLETE', 'UPDATE_ROLLBACK_FAILED'])('stays while its stack is %s', async (status) => {
    await replaced();
    world.fake.stacks.set(world.stack.stackId!, status);
    world.pass(HOUR_DAYS);
    await world.sweepAll();
    expect([keys(), await former()]).toEqual([[KEY.Name, NEXT.Name], [KEY.Name]]);
    world.fake.stacks.set(world.stack.stackId!, 'UPDATE_COMPLETE');
    world.pass(HOUR_DAYS);
    await world.sweepAll();
    expect([keys(), await former()]).toEqual([[NEXT.Name], []]);
  });

  test('that can\'t be deleted is trouble, tried again a day later, and no trouble after that', async () => {
    await replaced();
    services().disturb = (call, moment) => {
      if (call.startsWith('apigateway:DELETE') && moment === 'before') {
        throw Object.assign(new Error('no'), { name: 'AccessDeniedException' });
      }
    };
    world.pass(HOUR_DAYS);
    await world.sweepAll();
    expect((await world.now()).trouble).toMatchObject({ code: 'TeardownIncomplete', message: expect.stringContaining(KEY.Name) });
    // It was disabled before.
    expect([off(), await former()]).toEqual([['key-1'], [KEY.Name]]);
    services().disturb = () => undefined;
    world.pass(1);
    await world.sweepAll();
    expect([keys(), await former(), (await world.now()).trouble]).toEqual([[NEXT.Name], [], undefined]);
  });

  test('stays while the stack has it: a roll-back skipped the agent, and a later deployment did not ask for it', async () => {
    await replaced();
    const stack = jest.spyOn(world.fake.compute, 'resources').mockReturnValue([{ type: 'AWS::ApiGateway::ApiKey', id: 'key-1' }]);
    world.pass(HOUR_DAYS);
    await world.sweepAll();
    expect([keys(), off(), await former(), await world.names()]).toEqual([[KEY.Name, NEXT.Name], [], [KEY.Name], expect.not.arrayContaining(['credential-deleted'])]);
    stack.mockRestore();
    world.pass(1);
    await world.sweepAll();
    expect([keys(), await former()]).toEqual([[NEXT.Name], []]);
  });

  test('stays while the stack has it, also when a later move is settled', async () => {
    await replaced();
    const stack = jest.spyOn(world.fake.compute, 'resources').mockReturnValue([{ type: 'AWS::ApiGateway::ApiKey', id: 'key-1' }]);
    await world.deploy('staging', ['dynamodb:GetItem'], { credentials: [] });
    expect([keys(), await former(), (await world.now()).trouble]).toEqual([[KEY.Name], [KEY.Name], undefined]);
    stack.mockRestore();
    world.pass(1);
    await world.sweepAll();
    expect([keys(), await former()]).toEqual([[], []]);
  });

  test('is looked for less and less while its stack stays in a roll-back, which is shown, and at once after a deployment', async () => {
    await replaced();
    world.fake.stacks.set(world.stack.stackId!, 'UPDATE_ROLLBACK_COMPLETE');
    const looks: number[] = [];
    for (let hour = 1; hour <= 80; hour++) {
      world.pass(HOUR_DAYS);
      const before = (await world.now()).agenda?.formerWaits ?? 0;
      await world.sweepAll();
      looks.push(...((await world.now()).agenda?.formerWaits ?? 0) > before ? [hour] : []);
    }
    expect(looks).toEqual([1, 2, 4, 8, 16, 32, 56, 80]);
    expect((await world.now()).trouble).toMatchObject({ code: 'StackRolledBack', message: expect.stringContaining('UPDATE_ROLLBACK_COMPLETE') });
    expect((await world.names()).filter((name) => name === 'transition-failed')).toHaveLength(1);
    world.fake.stacks.set(world.stack.stackId!, 'UPDATE_COMPLETE');
    world.pass(1);
    await world.sweepAll();
    expect([keys(), await former(), (await world.now()).trouble, (await world.now()).agenda?.formerWaits])
      .toEqual([[NEXT.Name], [], undefined, undefined]);
  });

  test('waits longer and longer while its stack can\'t be read, which is shown, and is deleted when it can be', async () => {
    await replaced();
    world.fake.disturb((called, moment) => {
      if (called === 'cloudformation:DescribeStacks' && moment === 'before') {
        throw Object.assign(new Error('not for you'), { name: 'AccessDenied' });
      }
    });
    const looks: number[] = [];
    for (let hour = 1; hour <= 20; hour++) {
      world.pass(HOUR_DAYS);
      const before = (await world.now()).agenda?.stackWait?.times ?? 0;
      await world.sweepAll();
      looks.push(...((await world.now()).agenda?.stackWait?.times ?? 0) > before ? [hour] : []);
    }
    expect(looks).toEqual([1, 2, 4, 8, 16]);
    expect((await world.now()).trouble).toMatchObject({ code: 'StackUnreadable', message: expect.stringContaining('not for you') });
    expect((await world.names()).filter((name) => name === 'transition-failed')).toHaveLength(1);
    world.fake.disturb(() => undefined);
    world.pass(1);
    await world.sweepAll();
    expect([keys(), await former(), (await world.now()).trouble, (await world.now()).agenda?.stackWait])
      .toEqual([[NEXT.Name], [], undefined, undefined]);
  });

  test('clears no trouble of a principal that could not be torn down, nor any while nobody looked for it', async () => {
    await replaced();
    const trouble = { code: 'TeardownIncomplete', message: 'a role could not be torn down', since: '2026-06-01T00:00:00Z', requestId: 'x' };
    const note = (change: object) => world.now().then((state) => world.fake.engine.ledger.commit(
      state.placement, state, change, [], { registry: 'agents', actor: 'test', time: world.fake.now }));
    const { present, principals } = await world.now();
    await note({ trouble, principals: { AROAOTHER: { ...principals[present], roleId: 'AROAOTHER', roleName: 'other', status: 'retiring' } } });
    world.pass(HOUR_DAYS);
    await world.sweepAll();
    expect([await former(), (await world.now()).trouble]).toEqual([[], trouble]);
    await deploy(PROFILE);
    await note({ trouble, principals: { AROAOTHER: { status: 'retired' } } });
    wipe(ResidueKind.ROLES_ANYWHERE);
    world.pass(HOUR_DAYS);
    await world.sweepAll();
    expect([await former(), (await world.now()).trouble]).toEqual([[NEXT.Name], trouble]);
  });

  test('that a later deployment declares again is the agent\'s as before', async () => {
    await replaced();
    await deploy(KEY, NEXT, PROFILE);
    world.pass(HOUR_DAYS);
    await world.sweepAll();
    expect([keys(), await former()]).toEqual([[KEY.Name, NEXT.Name], []]);
  });

  test('and that a roll-back needs is the agent\'s as before', async () => {
    await joined();
    await deploy(NEXT, PROFILE);
    world.fake.stacks.set(world.stack.stackId!, 'UPDATE_ROLLBACK_IN_PROGRESS');
    await deploy(KEY, PROFILE);
    world.pass(HOUR_DAYS);
    await world.sweepAll();
    expect([keys(), (await world.now()).declared.credentials?.map(({ name }) => name)]).toEqual([[KEY.Name], [KEY.Name, PROFILE.Name]]);
  });

  test('is deleted by a leave, and named in its certificate', async () => {
    await replaced();
    await world.stack.destroy();
    expect(keys()).toEqual([]);
    const [{ wipers }] = world.certificates();
    expect([...wipers.find(({ wiper }) => wiper === 'api-gateway-keys')!.wiped].sort()).toEqual([`api-gateway-key/key-1/${KEY.Name}`, `api-gateway-key/key-2/${NEXT.Name}`]);
    expect((await world.now()).credentials).toBeUndefined();
  });

  test('is deleted when a later move is settled, with those of the former stage', async () => {
    await replaced();
    await world.deploy('staging', ['dynamodb:GetItem'], { credentials: [] });
    expect([keys(), services().profiles.size, (await world.now()).credentials]).toEqual([[], 0, undefined]);
  });

  test('stays remembered after a move whose clean-up was abandoned, until the registry finishes it', async () => {
    await joined();
    await world.deploy('staging', ['dynamodb:GetItem'], { credentials: [], cleanUp: 'dropped' });
    await world.deploy('production', ['dynamodb:GetItem'], { credentials: [], cleanUp: 'dropped' });
    expect((await former()).sort()).toEqual([KEY.Name, PROFILE.Name].sort());
    expect(keys()).toEqual([KEY.Name]);
    for (let days = 0; days < 3; days++) {
      world.pass(1);
      await world.sweepAll();
    }
    expect([keys(), services().profiles.size, await former()]).toEqual([[], 0, []]);
  });

  test('of AgentCore is looked for too, although only a leave looks for everything there', async () => {
    wipe(ResidueKind.AGENT_CORE);
    await deploy(PROVIDER);
    await deploy();
    const asked: string[] = [];
    world.fake.engine.agentRuntimes.send = (async (command: { constructor: { name: string } }) => {
      asked.push(command.constructor.name);
      return command.constructor.name === 'ListApiKeyCredentialProvidersCommand' && !asked.includes('DeleteApiKeyCredentialProviderCommand') ? { credentialProviders: [{ name: PROVIDER.Name }] } : {};
    }) as never;
    world.pass(HOUR_DAYS);
    await world.sweepAll();
    expect(asked).toContain('DeleteApiKeyCredentialProviderCommand');
    expect(await former()).toEqual([]);
  });

  test('belongs to no later agent of that name', async () => {
    await replaced();
    await world.stack.destroy();
    services().apiKeys.set('key-3', KEY.Name);
    await world.join(undefined, 'test', { credentials: [PROFILE] });
    expect(credentialsOf(await world.now()).map(({ name }) => name)).toEqual([PROFILE.Name]);
  });
});

describe('a suspended agent', () => {
  test('has a dropped credential switched off, and a resumption leaves it off', async () => {
    await replaced();
    await suspend();
    expect(off()).toEqual(['key-1', 'key-2', 'profile-1']);
    await resume();
    expect(off()).toEqual(['key-1']);
  });

  test('has a dropped credential deleted by a sweep', async () => {
    await replaced();
    await suspend();
    world.pass(HOUR_DAYS);
    await world.sweepAll();
    expect([keys(), off()]).toEqual([[NEXT.Name], expect.arrayContaining(['key-2', 'profile-1'])]);
  });

  test('whose running deployment makes a credential has it switched off by the next sweep, with an event, and on by a resumption', async () => {
    await deploy(KEY, PROFILE);
    await suspend();
    services().apiKeys.set('key-1', KEY.Name);
    world.pass(HOUR_DAYS);
    await world.sweepAll();
    expect(off()).toEqual(['key-1']);
    expect(await world.details('suspension-reasserted')).toEqual([{ lifted: [`api-gateway-keys ${KEY.Name}/key-1`] }]);
    await resume();
    expect(off()).toEqual([]);
  });

  test('is not denied again while all are off, and is after a look that failed', async () => {
    await joined();
    await suspend();
    const reasserted = () => world.fake.logged.filter((line) => line.startsWith('settled') && line.includes('"reassert"')).length;
    world.pass(HOUR_DAYS);
    await world.sweepAll();
    expect(reasserted()).toBe(0);
    services().disturb = (call, moment) => {
      if (call.startsWith('apigateway:GET') && moment === 'before') {
        throw Object.assign(new Error('no'), { name: 'AccessDeniedException' });
      }
    };
    world.pass(HOUR_DAYS);
    await world.sweepAll();
    expect(reasserted()).toBe(1);
    expect(await world.names()).not.toContain('suspension-reasserted');
  });
});

test('agents that are looked at within a minute share one list of profiles; the look before something is switched off is a new one', async () => {
  await joined();
  await suspend();
  const { engine, now } = world.fake;
  const lists = jest.spyOn(engine.calls, 'rest');
  const count = (): number => lists.mock.calls.filter(([service, path]) => service === 'rolesanywhere' && path.length === 1).length;
  const look = async () => credentialsOn(engine, holdingsOf(engine, await world.now()));
  expect([await look(), await look(), count()]).toEqual([[], [], 1]);
  services().off.delete('profile-1');
  expect([await look(), count()]).toEqual([[], 1]);
  world.fake.now = new Date(now.getTime() + 60_000);
  expect([await look(), count()]).toEqual([[{ cut: 'roles-anywhere-profiles', id: `${PROFILE.Name}/profile-1` }], 2]);
  expect(await switchedOn(engine, holdingsOf(engine, await world.now()))).toHaveLength(1);
  expect(count()).toBe(3);
});
