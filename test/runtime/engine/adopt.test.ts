import * as fc from 'fast-check';
import { AdoptingStack, contentsOf } from './adopting';
import { FakeEngine } from './fake-engine';
import { FakeRole } from './fake-iam';
import { REGISTRY, wireEvent } from './wire';
import { parseRequest, envelope } from '../../../runtime/aws/cloudformation';
import { DEFAULT_AGENDA } from '../../../runtime/model/agenda-settings';
import { FoundDrift } from '../../../runtime/model/drift';
import { driftOf, statusOf } from '../../../runtime/model/placement-state';
import { Intent } from '../../../runtime/model/request';
import { requestIdOf } from '../../../src/contract/request-id';
import { named } from '../ledger/memory-table';

jest.mock('../../../runtime/aws/cloudformation/response', () => jest.requireActual<typeof import('./mailbox')>('./mailbox').responsesToMailbox());

const DENY_ALL = 'arn:aws:iam::aws:policy/AWSDenyAll';
const GUARDS = ['guard-production', 'no-registry'].map((guard) => `arn:aws:iam::111122223333:policy/agents/agents-${guard}`);
const READ_ONLY = 'arn:aws:iam::aws:policy/ReadOnlyAccess';

function world(config: ConstructorParameters<typeof FakeEngine>[0] = {}): { fake: FakeEngine; role: FakeRole; stack: AdoptingStack } {
  const fake = new FakeEngine(config);
  const role = fake.iam.createOwned('legacy-bot', { tags: { team: 'billing' }, inline: new Map([['tables', '{}']]), attached: new Set([READ_ONLY]) });
  return { fake, role, stack: new AdoptingStack(fake, role) };
}

let asked = 0;
const ask = (fake: FakeEngine, intent: Intent, kind: 'operator' | 'schedule' = 'operator') => fake.run({
  requestId: requestIdOf(kind, intent.kind, String(++asked)), registry: 'agents', placement: { account: '111122223333', agentName: 'invoice-bot' }, origin: { kind, arn: 'arn:aws:iam::111122223333:user/ada' }, intent,
});

test('an adoption records what was there, adds the guards, and is reported as such', async () => {
  const { role, stack } = world();
  const before = contentsOf(role);
  expect(await stack.create()).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: `invoice-bot/production/${role.roleId}`, Data: { PrincipalId: role.roleId } });
  expect([...role.attached]).toEqual([READ_ONLY, ...GUARDS]);
  expect(role.tags).toMatchObject({ 'team': 'billing', 'agent:name': 'invoice-bot', 'agent:registry': 'agents' });
  const state = await stack.state();
  expect(state).toMatchObject({ status: 'active', present: role.roleId });
  expect(state?.principals[role.roleId]).toMatchObject({ reach: expect.stringMatching(/^agents-nhi-reach-/), adoptedAt: expect.any(String), before: { trust: (before as FakeRole).trust, attached: [READ_ONLY], tags: { team: 'billing' }, boundary: null } });
  expect(await stack.events()).toEqual(['adopted']);
});

test('the engine reaches the role as another one, and changes nothing of it as itself', async () => {
  const { fake, role, stack } = world();
  const [reached, own]: [string[], string[]] = [[], []];
  const client = (calls: string[], as = '') => ({
    send: (command: { constructor: { name: string } }) => {
      calls.push(`${as} ${command.constructor.name}`.trim());
      return fake.iam.send(command as never);
    },
  });
  Object.assign(fake.engine, { iam: client(own), iamAs: (arn: string) => client(reached, arn) });
  await stack.create();
  await ask(fake, { kind: 'suspend', reason: 'Its key was seen' });
  await ask(fake, { kind: 'resume', reason: 'It was replaced' });
  await stack.remove('DELETE_IN_PROGRESS');
  expect(role.boundary).toBe(DENY_ALL);
  expect(reached.filter((call) => !/^arn:aws:iam::111122223333:role\/agents-nhi-reach-[0-9a-f]{16} /.test(call))).toEqual([]);
  expect(reached.some((call) => call.endsWith(' PutRolePermissionsBoundaryCommand'))).toBe(true);
  expect(own.filter((call) => !/^(Get|List)/.test(call))).toEqual([]);
});

test('a leave denies the role for good and leaves it to its owner, who can delete it', async () => {
  const { fake, role, stack } = world();
  await stack.create();
  expect(await stack.remove('DELETE_IN_PROGRESS')).toMatchObject({ Status: 'SUCCESS' });
  await fake.resume();
  expect(contentsOf(role)).toMatchObject({ boundary: DENY_ALL, inline: [['tables', '{}']], attached: [READ_ONLY], trust: expect.stringContaining('"Sid":"Closed"') });
  expect(await stack.events()).toEqual(['adopted', 'principal-retired', 'left']);
  const [certificate] = [...fake.certificates.values()].map((text) => (
    JSON.parse(text) as { principals: object[]; leftAlone: { id: string; note: string }[] }));
  expect(certificate.principals).toEqual([expect.objectContaining({ leftToOwner: true, absentAt: null })]);
  expect(certificate.leftAlone.map(({ id }) => id)).toEqual(expect.arrayContaining(['role/legacy-bot/inline-policy/tables', `role/legacy-bot/attached-policy/${READ_ONLY}`]));
  expect(await stack.state()).toMatchObject({ status: 'left' });
  expect((await stack.state())?.trouble).toBeUndefined();
  expect(fake.iam.calls.filter((call) => call.startsWith('DeleteRole '))).toEqual([]);
});

test('a release gives the role back as it was; after it, another agent may adopt it', async () => {
  const { fake, role, stack } = world();
  const before = contentsOf(role);
  await stack.create();
  await stack.update({ Adopted: 'release' });
  expect(await stack.remove('UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', { Adopted: 'release' })).toMatchObject({ Status: 'SUCCESS' });
  expect(contentsOf(role)).toEqual(before);
  expect(await stack.events()).toEqual(['adopted', 'access-changed', 'released']);
  expect(statusOf((await stack.state())!)).toBe('released');
  const other = new AdoptingStack(fake, role, 'other-bot', 'Others');
  expect(await other.create()).toMatchObject({ Status: 'SUCCESS' });
});

test('an agent can adopt its role again after a release', async () => {
  const { fake, role, stack } = world();
  await stack.create({ Adopted: 'release' });
  await stack.remove('DELETE_IN_PROGRESS', { Adopted: 'release' });
  fake.now = new Date(fake.now.getTime() + 1);
  role.tags.team = 'payroll';
  const before = contentsOf(role);
  expect(await stack.create({ Adopted: 'release' })).toMatchObject({ Status: 'SUCCESS' });
  expect((await stack.state())?.principals[role.roleId]).toMatchObject({ status: 'live', before: { tags: { team: 'payroll' } } });
  await stack.remove('DELETE_IN_PROGRESS', { Adopted: 'release' });
  expect(contentsOf(role)).toEqual(before);
  expect(await stack.events()).toEqual(['adopted', 'released', 'adopted', 'released']);
});

test.each<[string, (fake: FakeEngine) => unknown]>([
  ['suspended', (fake) => ask(fake, { kind: 'suspend', reason: 'Its key was seen' })],
  ['past its end', (fake) => { fake.now = new Date('2026-10-02T00:00:00Z'); }],
])('a release of an agent that is %s is a leave', async (_how, happens) => {
  const { fake, role, stack } = world();
  await stack.create({ Adopted: 'release' });
  await happens(fake);
  expect(await stack.remove('DELETE_IN_PROGRESS', { Adopted: 'release' })).toMatchObject({ Status: 'SUCCESS' });
  expect(role.boundary).toBe(DENY_ALL);
  expect(role.trust).toContain('"Sid":"Closed"');
  expect(await stack.events()).toContain('left');
});

test.each(['ROLLBACK_IN_PROGRESS', 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS'])('an adoption that CloudFormation undoes (%s) gives the role back', async (status) => {
  const { role, stack } = world();
  const before = contentsOf(role);
  await stack.create();
  expect(await stack.remove(status)).toMatchObject({ Status: 'SUCCESS' });
  expect(contentsOf(role)).toEqual(before);
  expect(await stack.events()).toEqual(['adopted', 'released']);
});

test('an adoption that IAM refuses half-way fails, and its undoing removes what was added', async () => {
  const { fake, role, stack } = world();
  const before = contentsOf(role);
  fake.iam.disturb = (call, moment) => {
    if (call === 'iam:TagRole' && moment === 'before') {
      throw named('LimitExceededException', 'The number of tags has reached the maximum limit.');
    }
  };
  expect(await stack.create()).toMatchObject({ Status: 'FAILED', Reason: expect.stringMatching(/NotAdopted.*tags can't be set/) });
  expect(contentsOf(role)).not.toEqual(before);
  fake.iam.disturb = () => undefined;
  expect(await stack.remove('ROLLBACK_IN_PROGRESS')).toMatchObject({ Status: 'SUCCESS' });
  expect(contentsOf(role)).toEqual(before);
  expect(await stack.events()).toEqual(['adopted', 'transition-failed', 'released']);
});

test('of two registries that see the same role without tags, the later one changes nothing, and takes nothing away either', async () => {
  const { fake, role, stack } = world();
  let looks = 0;
  fake.iam.disturb = (call, moment) => {
    // The engine has looked at the contents when it decides. The other registry is complete before this one begins.
    if (call === 'iam:ListAttachedRolePolicies' && moment === 'after' && ++looks === 1) {
      role.tags = { ...role.tags, 'agent:registry': 'other', 'agent:name': 'its-bot' };
      role.attached.add('arn:aws:iam::111122223333:policy/other/other-guard-production');
    }
  };
  const its = (): object => contentsOf({ ...role, inline: new Map([['tables', '{}']]) } as FakeRole);
  expect(await stack.create()).toMatchObject({ Status: 'FAILED', Reason: expect.stringMatching(/NotAdopted.*the registry other has adopted it meanwhile/) });
  const theirs = its();
  expect(theirs).toMatchObject({ tags: { 'agent:registry': 'other', 'agent:name': 'its-bot' }, attached: expect.not.arrayContaining(GUARDS) });
  expect(await stack.remove('ROLLBACK_IN_PROGRESS')).toMatchObject({ Status: 'SUCCESS' });
  expect(its()).toEqual(theirs);
});

test('once a role is adopted, a tag that names another registry keeps nothing from it', async () => {
  const { role, stack } = world();
  await stack.create();
  role.tags = { ...role.tags, 'agent:registry': 'other' };
  GUARDS.forEach((guard) => role.attached.delete(guard));
  expect(await stack.update({ Purpose: 'Matches invoices again' })).toMatchObject({ Status: 'SUCCESS' });
  expect(role.tags).toMatchObject({ 'agent:registry': 'agents' });
  expect([...role.attached]).toEqual([READ_ONLY, ...GUARDS]);
});

test('a repeated deployment adds again what the role lost, and changes the end', async () => {
  const { role, stack } = world();
  await stack.create();
  role.attached.delete(GUARDS[0]);
  role.trust = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ecs-tasks.amazonaws.com"},"Action":"sts:AssumeRole"}]}';
  await stack.update({ ExpiresAt: '2026-09-01T00:00:00Z' });
  expect(role.attached.has(GUARDS[0])).toBe(true);
  expect(role.trust).toMatch(/ecs-tasks.*2026-09-01T00:00:00Z/);
  expect(role.tags['agent:expires']).toBe('2026-09-01T00:00:00Z');
  expect(await stack.events()).toEqual(['adopted', 'expiry-changed']);
});

test('a later end that the engine refuses changes nothing of the role', async () => {
  const { role, stack } = world();
  await stack.create();
  const adopted = contentsOf(role);
  expect(await stack.update({ ExpiresAt: '2029-01-01T00:00:00Z' })).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining('TenureExceeded') });
  expect(contentsOf(role)).toEqual(adopted);
});

test('a second agent, another stage, a marked role and a missing one are refused, and the first agent keeps its role', async () => {
  const { fake, role, stack } = world();
  await stack.create();
  const adopted = contentsOf(role);
  expect(await new AdoptingStack(fake, role, 'other-bot', 'Others').create()).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining('RoleAdopted: role arn:aws:iam::111122223333:role/teams/legacy-bot is adopted by agent invoice-bot') });
  expect(await stack.update({ Stage: 'test' })).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining('AdoptedStageFixed') });
  expect(contentsOf(role)).toEqual(adopted);
  const marked = fake.iam.createOwned('marked-bot', { tags: { 'agent:registry': 'other' } });
  expect(await new AdoptingStack(fake, marked, 'marked-bot', 'Marked').create()).toMatchObject({ Status: 'FAILED', Reason: expect.stringMatching(/RoleNotAdoptable.*tag agent:registry/) });
  const missing = { ...marked, roleName: 'nobody' };
  expect(await new AdoptingStack(fake, missing, 'missing-bot', 'Missing').create()).toMatchObject({ Status: 'FAILED', Reason: expect.stringMatching(/RoleNotAdoptable: IAM has no role/) });
});

test('an agent keeps to the role that it adopted: with another one, it could not be denied the first any more', async () => {
  const { fake, role, stack } = world();
  await stack.create();
  const other = fake.iam.createOwned('other-role');
  const [adopted, untouched] = [contentsOf(role), contentsOf(other)];
  const answer = await stack.update({}, other);
  expect(answer).toMatchObject({ Status: 'FAILED', Reason: expect.stringMatching(/AdoptedRoleFixed: .*role\/teams\/legacy-bot, and can't change to .*other-role/) });
  expect([contentsOf(role), contentsOf(other)]).toEqual([adopted, untouched]);
  expect(await new AdoptingStack(fake, other, 'other-bot', 'Others').create()).toMatchObject({ Status: 'SUCCESS' });
  expect(await stack.update({ Purpose: 'Matches invoices again' })).toMatchObject({ Status: 'SUCCESS' });
});

test('a stack without the role by which the engine reaches the adopted one is refused', async () => {
  const { fake, role, stack } = world();
  const before = contentsOf(role);
  const set = fake.resources.set.bind(fake.resources);
  fake.resources.set = (key, view) => set(key, key.includes('Reach') ? { ...view, physicalId: 'another-role' } : view);
  expect(await stack.create()).toMatchObject({ Status: 'FAILED', Reason: expect.stringMatching(/PrincipalNotOfStack.*ManagedAgentIdentity.adopt\(\)/) });
  expect(contentsOf(role)).toEqual(before);
});

test.each([
  ['agents-nhi-lifecycle-engine', '/'], ['AWSReservedSSO_Admin_0123456789abcdef', '/aws-reserved/sso.amazonaws.com/'], ['invoice-bot-test', '/agents/test/'],
  ['legacy-bot', '/teams*/'], ['legacy-bot', '/team?/'], ['legacy-bot', '/${aws:username}/'], ['legacy-bot', '/{{resolve:ssm:name}}/'],
])('a request for %s is refused before it is stored', (roleName, path) => {
  const { stack } = world();
  const event = envelope.parse(wireEvent({ ResourceProperties: stack.properties({}, { roleName, path, roleId: '' }) }));
  expect(() => parseRequest(event, REGISTRY)).toThrow(/RoleNotAdoptable/);
});

test('a role of another account, and a role without an id that is not adopted, are refused before they are stored', () => {
  const { stack } = world();
  const request = (changes: Record<string, unknown>) => () => (
    parseRequest(envelope.parse(wireEvent({ ResourceProperties: { ...stack.properties(), ...changes } })), REGISTRY));
  expect(request({})).not.toThrow();
  expect(request({ RoleArn: 'arn:aws:iam::444455556666:role/teams/legacy-bot' })).toThrow(/RoleNotAdoptable.*account 444455556666/);
  expect(request({ RoleArn: 'arn:aws:iam::111122223333:role/teams/other-bot' })).toThrow(/RoleNotAdoptable.*does not end in its name/);
  expect(request({ Adopted: undefined })).toThrow(/RoleId is missing/);
});

test('an agent gets a role of its own: the adopted one works until compute has moved, and is denied then', async () => {
  const { fake, role, stack } = world();
  await stack.create();
  const old = stack.physicalId!;
  const own = fake.iam.createRole('production');
  own.inline.set('access', '{}');
  const properties = { Adopted: undefined, RoleId: own.roleId, Purpose: 'Matches invoices' };
  const without = await stack.send('Update', { during: 'UPDATE_IN_PROGRESS', physicalId: old, properties: { ...stack.properties(properties, own), RoleId: own.roleId } });
  expect(without).toMatchObject({ Status: 'FAILED', Reason: expect.stringMatching(/AdoptionNotReplaced.*`replaces`/) });

  const arn = 'arn:aws:iam::111122223333:role/teams/legacy-bot';
  const moved = await stack.send('Update', { during: 'UPDATE_IN_PROGRESS', physicalId: old, properties: { ...stack.properties({ ...properties, Replaces: arn }, own), RoleId: own.roleId } });
  expect(moved).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: `invoice-bot/production/${own.roleId}` });
  expect(role.boundary).toBeUndefined();
  stack.physicalId = moved!.PhysicalResourceId;
  expect(await stack.remove('UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', {}, old)).toMatchObject({ Status: 'SUCCESS' });
  expect(contentsOf(role)).toMatchObject({ boundary: DENY_ALL, attached: [READ_ONLY], trust: expect.stringContaining('Closed') });
  expect(fake.iam.canAct(own.roleId)).toBe(true);
  expect(await stack.events()).toEqual(['adopted', 'moved', 'principal-retired']);
  // An adopted role can't take the place of the agent's own.
  expect(await stack.send('Update', { during: 'UPDATE_IN_PROGRESS', physicalId: stack.physicalId, properties: stack.properties({}, fake.iam.createOwned('another')) }))
    .toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining('AlreadyManaged') });
});

test('a move to a role of its own that is undone leaves the adopted role as it was adopted', async () => {
  const { fake, role, stack } = world();
  await stack.create();
  const [old, adopted] = [stack.physicalId!, contentsOf(role)];
  const own = fake.iam.createRole('production');
  const replaces = 'arn:aws:iam::111122223333:role/teams/legacy-bot';
  const moved = await stack.send('Update', { during: 'UPDATE_IN_PROGRESS', physicalId: old, properties: { ...stack.properties({ Adopted: undefined, Replaces: replaces }, own), RoleId: own.roleId } });
  stack.physicalId = moved!.PhysicalResourceId;
  const back = await stack.send('Update', { during: 'UPDATE_ROLLBACK_IN_PROGRESS', physicalId: moved!.PhysicalResourceId, properties: stack.properties() });
  expect(back).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: old });
  expect(contentsOf(role)).toEqual(adopted);
  expect(own.boundary).toBe(DENY_ALL);
  expect(await stack.events()).toEqual(['adopted', 'moved', 'move-undone', 'principal-retired']);
});

test('a role that its owner created again is adopted again, and the former one counts as deleted', async () => {
  const { fake, role, stack } = world();
  await stack.create();
  const old = stack.physicalId!;
  fake.iam.roles.delete(role.roleName);
  const anew = fake.iam.createOwned('legacy-bot');
  const before = contentsOf(anew);
  const moved = await stack.update({ Purpose: 'Matches invoices again' }, anew);
  expect(moved).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: `invoice-bot/production/${anew.roleId}` });
  expect(contentsOf(anew)).not.toEqual(before);
  stack.physicalId = moved!.PhysicalResourceId;
  expect(await stack.remove('UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', {}, old)).toMatchObject({ Status: 'SUCCESS' });
  expect(anew.boundary).toBeUndefined();
  expect(await stack.state()).toMatchObject({ status: 'active', present: anew.roleId });
});

test('after its end the registry tears the agent down, and its stack is removed without another teardown', async () => {
  const { fake, role, stack } = world({ agenda: { ...DEFAULT_AGENDA, driftCheckSeconds: undefined } });
  await stack.create();
  for (const day of ['02', '12', '22']) {
    fake.now = new Date(`2026-10-${day}T00:00:00Z`);
    await ask(fake, { kind: 'attend', mayRemove: true }, 'schedule');
  }
  expect(contentsOf(role)).toMatchObject({ boundary: DENY_ALL, trust: expect.stringContaining('Closed') });
  expect(await stack.events()).toEqual(expect.arrayContaining(['expired', 'left']));
  expect(await stack.update({ Purpose: 'Matches invoices again' })).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining('AgentExpired') });
  expect(await stack.remove('DELETE_IN_PROGRESS')).toMatchObject({ Status: 'SUCCESS' });
  expect(fake.iam.roles.has('legacy-bot')).toBe(true);
});

test('nhi finish tears down what CloudFormation gave up, and never deletes an adopted role', async () => {
  const { fake, role, stack } = world();
  await stack.create();
  fake.stacks.set(stack.stackId, 'DELETE_COMPLETE');
  expect((await ask(fake, { kind: 'finish' }))?.output).toMatchObject({ answered: 'SUCCESS' });
  expect(role.boundary).toBe(DENY_ALL);
  expect(fake.iam.roles.has('legacy-bot')).toBe(true);
});

test('nhi finish finds nothing to do while the stack reaches the role', async () => {
  const { fake, role, stack } = world();
  await stack.create();
  const { principals } = (await stack.state())!;
  fake.rolesOf = () => [principals[role.roleId].reach!];
  expect((await ask(fake, { kind: 'finish' }))?.output).toMatchObject({ answered: 'FAILED', code: 'NothingToFinish' });
  expect(role.boundary).toBeUndefined();
});

// A small random generator, so that a failure can be reproduced from its seed.
function disturber(seed: number, share: number): () => boolean {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296 < share;
  };
}

test('whatever is throttled or broken off: an adoption that was undone or released leaves the role as it was, and nothing is reported twice', async () => {
  await fc.assert(fc.asyncProperty(fc.integer({ min: 1, max: 2 ** 31 }), fc.boolean(), async (seed, isReleased) => {
    const { fake, role, stack } = world();
    const before = contentsOf(role);
    const breaks = disturber(seed, 0.06);
    fake.disturb(() => {
      if (breaks()) {
        throw named('ThrottlingException', 'Rate exceeded');
      }
    });
    const created = await stack.create({ Adopted: 'release' });
    const isUndone = created?.Status !== 'SUCCESS' || !isReleased;
    const during = isUndone ? 'ROLLBACK_IN_PROGRESS' : 'DELETE_IN_PROGRESS';
    const physicalId = created?.PhysicalResourceId ?? 'Mine-Lifecycle-MADEUP';
    stack.physicalId = physicalId;
    let answer = await stack.remove(during, { Adopted: 'release' }, physicalId);
    fake.disturb(() => undefined);
    await fake.tellEnded();
    if (answer?.Status !== 'SUCCESS') {
      answer = await stack.remove(during, { Adopted: 'release' }, physicalId);
    }
    expect(answer).toMatchObject({ Status: 'SUCCESS' });
    expect(contentsOf(role)).toEqual(before);
    const events = await stack.events();
    expect(events.filter((name) => name === 'released').length).toBeLessThanOrEqual(1);
  }));
});

test('drift: what the adoption added must stay, and a change of what the owner gave is notified once and never removed', async () => {
  const { fake, role, stack } = world({ agenda: { ...DEFAULT_AGENDA, removeDrift: true } });
  await stack.create();
  role.inline.set('nhi-expiry', '{}');
  let day = 0;
  const look = async (): Promise<Partial<FoundDrift> | undefined> => {
    fake.now = new Date(fake.now.getTime() + 86_400_000 + day++);
    await ask(fake, { kind: 'attend', mayRemove: false }, 'schedule');
    return driftOf((await stack.state())!);
  };
  expect(await look()).toBeUndefined();
  role.attached.delete(GUARDS[0]);
  role.trust = '{"Version":"2012-10-17","Statement":[]}';
  role.inline.delete('nhi-expiry');
  expect(await look()).toMatchObject({ vanished: ['attached policy agents-guard-production', 'inline policy nhi-expiry', 'the Denies in its trust policy'] });
  role.inline.set('more', '{}');
  expect(await look()).toMatchObject({ changed: expect.arrayContaining(['inline policies']), removable: { inline: [], attached: [] } });
  await look();
  expect(role.inline.has('more')).toBe(true);
  expect((await stack.events()).filter((name) => name === 'drift-found')).toHaveLength(2);
  role.inline.delete('more');
  role.inline.set('nhi-expiry', '{}');
  await stack.update({ Purpose: 'Matches invoices again' });
  expect(await look()).toBeUndefined();
});
