import * as fc from 'fast-check';
import { contextOf as untagged } from './identity';
import { adoptRole, beforeAdoption, describePrincipal, giveBackRole, isSameTrust, withDenies, withoutDenies } from '../../../../runtime/aws/principals';
import { PrincipalRecord } from '../../../../runtime/model/placement-state';
import { denyAllArn } from '../../../../src/contract/policy-names';
import { agentTags } from '../../../../src/contract/tags';
import { FakeIam, FakeRole } from '../../engine/fake-iam';
import { named } from '../../ledger/memory-table';

const END = '2026-10-01T00:00:00Z';
const LATER = '2026-11-01T00:00:00Z';
const PREFIX = 'agent:';
const KEYS = agentTags(PREFIX);
const TAGS = { [KEYS.name]: 'invoice-bot', [KEYS.stage]: 'test', [KEYS.registry]: 'agents' };
const GUARDS = ['guard-test', 'no-registry'].map((guard) => `arn:aws:iam::111122223333:policy/agents/agents-${guard}`);
const SERVICE = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}';

const contextOf = (iam: FakeIam) => ({ ...untagged(iam), tagPrefix: PREFIX });

async function recorded(iam: FakeIam, { roleId, roleName, path }: FakeRole): Promise<PrincipalRecord> {
  const ref = { roleId, roleName, path, roleArn: `arn:aws:iam::111122223333:role${path}${roleName}`, stage: 'test', reach: 'agents-nhi-reach-0123456789abcdef' };
  const described = await describePrincipal(contextOf(iam), ref);
  return { ...ref, status: 'live', cutBeforeGrant: true, before: beforeAdoption(described!, new Date(0)) };
}

const adopt = (iam: FakeIam, principal: PrincipalRecord, end = END): Promise<void> => (
  adoptRole(contextOf(iam), principal, { before: principal.before!, end, tags: TAGS }));

function contentsOf({ boundary, trust, tags, inline, attached }: FakeRole): object {
  return { boundary, trust, tags, inline: [...inline].sort(), attached: [...attached].sort() };
}

test('an adopted role has the guards, its end and its tags besides what it had', async () => {
  const iam = new FakeIam();
  const role = iam.createOwned('legacy', { trust: SERVICE, tags: { team: 'billing' }, attached: new Set(['arn:aws:iam::aws:policy/ReadOnlyAccess']) });
  const principal = await recorded(iam, role);
  await adopt(iam, principal);
  expect([...role.attached]).toEqual(['arn:aws:iam::aws:policy/ReadOnlyAccess', ...GUARDS]);
  expect(role.tags).toEqual({ team: 'billing', ...TAGS });
  expect((JSON.parse(role.trust) as { Statement: unknown[] }).Statement).toEqual([
    { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
    expect.objectContaining({ Sid: 'NhiDenyReservedTags', Effect: 'Deny', Principal: { AWS: '*' }, Action: 'sts:TagSession' }),
    expect.objectContaining({ Sid: 'NhiDenyAfterExpiry', Effect: 'Deny', Condition: { DateGreaterThanEquals: { 'aws:CurrentTime': END } } }),
  ]);
});

test('a second adoption with the same end changes nothing, and one with another end changes the end only', async () => {
  const iam = new FakeIam();
  const role = iam.createOwned('legacy');
  const principal = await recorded(iam, role);
  await adopt(iam, principal);
  const once = contentsOf(role);
  const writes = iam.calls.filter((call) => !/^(Get|List)/.test(call)).length;
  await adopt(iam, principal);
  expect(contentsOf(role)).toEqual(once);
  expect(iam.calls.filter((call) => !/^(Get|List)/.test(call))).toHaveLength(writes);
  await adopt(iam, principal, LATER);
  expect(role.trust).toContain(LATER);
  expect(role.trust).not.toContain(END);
});

test('what its owner changes after the adoption stays when the role is given back', async () => {
  const iam = new FakeIam();
  const role = iam.createOwned('legacy', { trust: SERVICE });
  const principal = await recorded(iam, role);
  await adopt(iam, principal);
  role.trust = withDenies(SERVICE.replace('lambda', 'ecs-tasks'), principal.before!.trust, END, PREFIX);
  role.attached.add('arn:aws:iam::aws:policy/ReadOnlyAccess');
  role.inline.set('more', '{}');
  role.tags.team = 'payroll';
  await giveBackRole(contextOf(iam), principal);
  expect(isSameTrust(role.trust, SERVICE.replace('lambda', 'ecs-tasks'))).toBe(true);
  expect(contentsOf(role)).toMatchObject({ attached: ['arn:aws:iam::aws:policy/ReadOnlyAccess'], inline: [['more', '{}']], tags: { team: 'payroll' } });
});

test('a trust policy without room is an error that says what to do, and is no success', async () => {
  const iam = new FakeIam();
  const principal = await recorded(iam, iam.createOwned('legacy'));
  iam.disturb = (call, moment) => {
    if (call === 'iam:UpdateAssumeRolePolicy' && moment === 'before') {
      throw named('LimitExceededException', 'Cannot exceed quota for ACLSizePerRole: 2048');
    }
  };
  await expect(adopt(iam, principal)).rejects.toMatchObject({ code: 'NotAdopted', message: expect.stringMatching(/trust policy can't be changed.*2048.*Make room/) });
});

test('a Sid of the owner is not taken for one of the adoption', () => {
  const trust = SERVICE.replace('"Effect"', '"Sid":"NhiDenyAfterExpiry","Effect"');
  const adopted = withDenies(trust, trust, END, PREFIX);
  expect((JSON.parse(adopted) as { Statement: { Sid: string }[] }).Statement.map(({ Sid }) => Sid)).toEqual(['NhiDenyAfterExpiry', 'NhiDenyReservedTags', 'NhiDenyAfterExpiry2']);
  expect(withoutDenies(adopted, trust)).toBe(trust);
});

const word = fc.stringMatching(/^[A-Za-z][A-Za-z0-9-]{0,12}$/);
const arn = word.map((name) => `arn:aws:iam::aws:policy/${name}`);
const statement = fc.record({
  Sid: fc.option(fc.constantFrom('Own', 'Other', 'NhiDenyAfterExpiry', 'NhiDenyReservedTags', 'NhiDenyAfterExpiry2'), { nil: undefined }),
  Effect: fc.constantFrom('Allow', 'Deny'),
  Principal: fc.constantFrom({ Service: 'lambda.amazonaws.com' }, { AWS: ['arn:aws:iam::111122223333:root'] }, { AWS: '*' }),
  Action: fc.constantFrom<unknown>('sts:AssumeRole', ['sts:AssumeRole'], ['sts:AssumeRole', 'sts:TagSession']),
  Condition: fc.option(fc.constant({ StringEquals: { 'sts:ExternalId': ['one'] } }), { nil: undefined }),
});
const trust = fc.uniqueArray(statement, { minLength: 1, maxLength: 4, selector: ({ Sid }) => Sid ?? {} }).chain((statements) => fc.record({
  Version: fc.constantFrom('2012-10-17', '2008-10-17'), Statement: fc.constantFrom<unknown>(statements, ...(statements.length === 1 ? statements : [])), spaces: fc.constantFrom(0, 2),
})).map(({ spaces, ...document }) => JSON.stringify(document, undefined, spaces));
const contents = fc.record({
  trust,
  boundary: fc.option(arn, { nil: undefined }),
  tags: fc.dictionary(word, fc.string({ maxLength: 8 }), { maxKeys: 4 }),
  inline: fc.dictionary(word, fc.constantFrom('{"Statement":[]}', '{}'), { maxKeys: 4 }).map((policies) => new Map(Object.entries(policies))),
  attached: fc.uniqueArray(fc.oneof(arn, fc.constantFrom(...GUARDS)), { maxLength: 4 }).map((arns) => new Set(arns.filter((one) => one !== denyAllArn('aws')))),
});

test('a role that was adopted, with faults in between, and given back is what it was before', async () => {
  await fc.assert(fc.asyncProperty(contents, fc.array(fc.nat(30), { maxLength: 6 }), fc.boolean(), async (parts, faults, isExtended) => {
    const iam = new FakeIam();
    const role = iam.createOwned('legacy', parts);
    const before = contentsOf(role);
    const principal = await recorded(iam, role);
    let call = 0;
    const pending = new Set(faults);
    // A call fails before or after it took effect.
    iam.disturb = () => {
      if (pending.delete(call++)) {
        throw named('ThrottlingException');
      }
    };
    const until = async (work: () => Promise<unknown>): Promise<void> => {
      for (let tries = 0; tries <= faults.length; tries++) {
        try {
          await work();
          return;
        } catch (error) {
          expect(error).toMatchObject({ name: 'ThrottlingException' });
        }
      }
    };
    await until(() => adopt(iam, principal));
    await until(() => adopt(iam, principal, isExtended ? LATER : END));
    expect(GUARDS.every((guard) => role.attached.has(guard))).toBe(true);
    expect(role.trust).toContain(isExtended ? LATER : END);
    await until(() => giveBackRole(contextOf(iam), principal));
    expect(contentsOf(role)).toEqual(before);
  }));
});
