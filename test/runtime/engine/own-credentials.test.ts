import { World } from './world';
import { CredentialProperties } from '../../../src/contract/lifecycle-resource';
import { ResidueKind } from '../../../src/contract/residue';

jest.mock('../../../runtime/aws/cloudformation/response', () => jest.requireActual<typeof import('./mailbox')>('./mailbox').responsesToMailbox());

const of = (stage: string): CredentialProperties => ({ Kind: 'roles-anywhere-profile', Name: `agents_invoice-bot_${stage}_scanner` });
const KEY: CredentialProperties = { Kind: 'api-gateway-key', Name: 'agents_invoice-bot_test_erp' };

let world: World;
beforeEach(() => {
  world = new World();
  [ResidueKind.API_GATEWAY_KEYS, ResidueKind.ROLES_ANYWHERE].forEach((kind) => (world.fake.engine.wipes as Set<ResidueKind>).add(kind));
});

/** CloudFormation makes the credentials of a stage after it asked the engine. */
function make(stage: string): void {
  const { services } = world.fake;
  services.profiles.set(`profile-${stage}`, []);
  services.profileNames.set(`profile-${stage}`, of(stage).Name);
  if (stage === 'test') {
    services.apiKeys.set('key-test', KEY.Name);
  }
}

async function joined(): Promise<void> {
  await world.stack.deploy('test', { credentials: [of('test'), KEY] });
  make('test');
}

const off = (): string[] => [...world.fake.services.off].sort();

test('a move that denies before it grants switches off what the former stage had', async () => {
  await joined();
  await world.stack.deploy('staging', { credentials: [of('staging')], cleanUp: 'dropped' });
  expect(off()).toEqual(['key-test', 'profile-test']);
  expect((await world.state())!.switchedOff).toEqual([
    { cut: 'api-gateway-keys', id: 'agents_invoice-bot_test_erp/key-test' }, { cut: 'roles-anywhere-profiles', id: 'agents_invoice-bot_test_scanner/profile-test' },
  ]);
});

test('a stage that keeps its principal until compute has moved keeps its profile as long', async () => {
  await world.stack.deploy('production', { credentials: [of('production')] });
  make('production');
  await world.stack.deploy('staging', { credentials: [of('staging')], cleanUp: 'dropped' });
  expect([off(), (await world.state())!.switchedOff]).toEqual([[], undefined]);
});

test('the clean-up deletes them, and the record of what was off', async () => {
  await joined();
  await world.stack.deploy('staging', { credentials: [of('staging')] });
  make('staging');
  expect([...world.fake.services.profiles.keys()]).toEqual(['profile-staging']);
  expect([...world.fake.services.apiKeys.keys()]).toEqual([]);
  expect((await world.state())!.switchedOff).toBeUndefined();
});

test.each(['delete', 'update', 'both'] as const)('a move that is undone by %s switches them on again, and deletes nothing of the former stage', async (undo) => {
  await joined();
  await world.stack.deploy('staging', { credentials: [of('staging')], fails: true, undo });
  expect((await world.state())!.declared.stage).toBe('test');
  expect([off(), [...world.fake.services.profiles.keys()], [...world.fake.services.apiKeys.keys()]]).toEqual([[], ['profile-test'], ['key-test']]);
  expect((await world.state())!.switchedOff).toBeUndefined();
});

test('an undone move does not switch on what an earlier move switched off, whose clean-up was abandoned', async () => {
  await joined();
  await world.stack.deploy('staging', { credentials: [of('staging')], cleanUp: 'dropped' });
  make('staging');
  await world.stack.deploy('production', { credentials: [of('production')], fails: true });
  expect((await world.state())!.declared.stage).toBe('staging');
  expect(off()).toEqual(['key-test', 'profile-test']);
});

test('what somebody had switched off before stays off', async () => {
  await joined();
  world.fake.services.off.add('key-test');
  await world.stack.deploy('staging', { credentials: [of('staging')], fails: true });
  expect(off()).toEqual(['key-test']);
});

test('if one can\'t be switched off, the move fails and the former stage is as it was', async () => {
  await joined();
  world.fake.services.disturb = (call, moment) => {
    if (call.startsWith('apigateway:PATCH') && moment === 'before' && world.stack.status === 'UPDATE_IN_PROGRESS') {
      throw Object.assign(new Error('no'), { name: 'AccessDeniedException' });
    }
  };
  await world.stack.deploy('staging', { credentials: [of('staging')] });
  expect(world.stack.failure).toMatch(/^AccessDeniedException/);
  expect([(await world.state())!.declared.stage, off()]).toEqual(['test', []]);
  expect(world.canAct()).toHaveLength(1);
});

test('a suspension switches them off, a resumption on, and a leave deletes them with what it found in the certificate', async () => {
  await joined();
  await world.ask({ kind: 'suspend', reason: 'Its key was seen in a public place' } as never);
  expect(off()).toEqual(['key-test', 'profile-test']);
  await world.ask({ kind: 'resume', reason: 'It was a false alarm' } as never);
  expect(off()).toEqual([]);

  await world.stack.destroy();

  expect([[...world.fake.services.profiles.keys()], [...world.fake.services.apiKeys.keys()]]).toEqual([[], []]);
  const [certificate] = [...world.fake.certificates.values()].map((text) => JSON.parse(text) as { wipers: { wiper: string; wiped: string[] }[] });
  expect(certificate.wipers).toEqual(expect.arrayContaining([
    expect.objectContaining({ wiper: 'api-gateway-keys', wiped: ['api-gateway-key/key-test/agents_invoice-bot_test_erp'] }),
    expect.objectContaining({ wiper: 'own-profiles', wiped: ['roles-anywhere-profile/profile-test/agents_invoice-bot_test_scanner'] }),
  ]));
});

test('one that a suspension during a move switched off is on again after the resumption, and after the move is undone', async () => {
  await world.stack.deploy('production', { credentials: [of('production')] });
  make('production');
  await world.stack.deploy('staging', { credentials: [of('staging')], cleanUp: 'dropped' });
  await world.ask({ kind: 'suspend', reason: 'Its key was seen in a public place' });
  expect(off()).toEqual(['profile-production']);
  await world.ask({ kind: 'resume', reason: 'It was a false alarm' });
  expect(off()).toEqual([]);
});

test('what a move switched off stays off after a suspension in between, although somebody switched it on', async () => {
  await joined();
  await world.stack.deploy('staging', { credentials: [of('staging')], cleanUp: 'dropped' });
  world.fake.services.off.delete('key-test');
  await world.ask({ kind: 'suspend', reason: 'Its key was seen in a public place' });
  await world.ask({ kind: 'resume', reason: 'It was a false alarm' });
  expect(off()).toEqual(['key-test', 'profile-test']);
});
