import { accessKeysLastUsed } from '../../../../runtime/aws/usage/access-keys';
import { liveCompute } from '../../../../runtime/aws/usage/live-compute';
import { ownSecretsLastAccessed } from '../../../../runtime/aws/usage/own-secrets';
import { readUsage } from '../../../../runtime/aws/usage/read-usage';
import { UsageContext, UsageSource, UsageSubject } from '../../../../runtime/aws/usage/source';
import { USAGE_SOURCES } from '../../../../runtime/aws/usage/sources';
import { unusedAccess } from '../../../../runtime/aws/usage/unused-access';
import { named } from '../../ledger/memory-table';
import { AgentAccount, ROLE } from '../cuts/agent';

const NOW = new Date('2026-06-01T12:00:00Z');
const [RECENT, LONG_AGO] = ['2026-05-20T00:00:00Z', '2026-03-01T00:00:00Z'].map((text) => new Date(text));
const SECRETS = ['agents/invoice-bot/one', 'agents/invoice-bot/two'];

let account: AgentAccount;
let lastUsed: Map<string, Date | Error | undefined>;
let roleLastUsed: Date | undefined;
let context: UsageContext;
let subject: UsageSubject;
beforeEach(() => {
  account = new AgentAccount();
  lastUsed = new Map();
  roleLastUsed = undefined;
  const answered = (key: string): Date | undefined => {
    const answer = lastUsed.get(key);
    if (answer instanceof Error) {
      throw answer;
    }
    return answer;
  };
  const { context: { iam } } = account;
  const role = () => ({ Role: { RoleId: 'AROA1', CreateDate: new Date('2026-01-01T00:00:00Z'), RoleLastUsed: { LastUsedDate: roleLastUsed } } });
  const ANSWERS: Record<string, (input: Record<string, string>) => unknown> = {
    GetAccessKeyLastUsedCommand: ({ AccessKeyId: key }) => ({ AccessKeyLastUsed: { LastUsedDate: answered(key), Region: 'N/A', ServiceName: 'N/A' } }),
    GetRoleCommand: role,
    GenerateServiceLastAccessedDetailsCommand: () => ({ JobId: 'job' }),
    GetServiceLastAccessedDetailsCommand: () => ({ JobStatus: 'COMPLETED', ServicesLastAccessed: [{ LastAuthenticated: answered('report') }] }),
  };
  context = {
    ...account.context,
    iam: {
      send: async (command: { constructor: { name: string }; input: never }) => (
        ANSWERS[command.constructor.name]?.(command.input) ?? iam.send(command as never)),
    } as never,
    secrets: { send: async ({ input: { SecretId } }: { input: { SecretId: string } }) => ({ LastAccessedDate: answered(SecretId) }) } as never,
    now: () => NOW,
    pause: async () => undefined,
  };
  const [principal] = account.holdings().target.principals;
  subject = { agentName: 'invoice-bot', principal, ownSecrets: SECRETS, holdings: account.holdings(), idleDays: 30 };
});

const verdictOf = async (source: UsageSource, more: Partial<UsageSubject> = {}) => source.read(context, { ...subject, ...more }, NOW);
/** As the engine sees it: what a source throws is `unknown`. */
const signalOf = async (name: string) => (await readUsage(context, subject)).signals.find(({ source }) => source === name);
const throttled = named('Throttling', 'Rate exceeded');
const denied = named('AccessDenied', 'not authorized');

describe('access keys of the agent\'s users', () => {
  const users = (): string[] => {
    account.users.create('invoice-bot-one');
    account.users.create('invoice-bot-two', { path: '/agents/' });
    // Another agent's user says nothing of this one.
    account.users.create('other-bot', { path: '/agents/other-bot/', agent: 'other-bot' });
    lastUsed.set(account.users.give('other-bot', 'access-key'), RECENT);
    account.users.create('invoice-bot-disputed', { agent: 'other-bot' });
    lastUsed.set(account.users.give('invoice-bot-disputed', 'access-key'), RECENT);
    return ['invoice-bot-one', 'invoice-bot-one', 'invoice-bot-two'].map((name) => account.users.give(name, 'access-key'));
  };

  test.each<[string, (Date | undefined)[], object]>([
    ['used, if one was', [undefined, LONG_AGO, RECENT], { verdict: 'used', lastUsedAt: RECENT.toISOString() }],
    ['unused, if none was for so long', [undefined, LONG_AGO, LONG_AGO], { verdict: 'unused', evidence: `last used at ${LONG_AGO.toISOString()}` }],
    ['unused, if none ever was', [undefined, undefined, undefined], { verdict: 'unused' }],
  ])('%s', async (_what, uses, verdict) => {
    users().forEach((key, index) => lastUsed.set(key, uses[index]));
    expect(await verdictOf(accessKeysLastUsed)).toMatchObject(verdict);
  });

  test.each<[string, Date | undefined, Date | undefined, object]>([
    ['used, if its user used a service', undefined, RECENT, { verdict: 'used', lastUsedAt: RECENT.toISOString() }],
    ['used, if an access key was', RECENT, undefined, { verdict: 'used' }],
    ['not known, if IAM reports no use of its user', LONG_AGO, LONG_AGO, { verdict: 'unknown', evidence: expect.stringContaining('invoice-bot-one: IAM does not say when a key for a single service') }],
  ])('an API key of Bedrock is %s', async (_what, ofKey, ofUser, verdict) => {
    lastUsed.set(users()[0], ofKey);
    account.users.give('invoice-bot-one', 'service-specific-credential');
    lastUsed.set('report', ofUser);
    expect(await verdictOf(accessKeysLastUsed)).toMatchObject(verdict);
  });

  test('a credential that is off says nothing, and that of another agent\'s user neither', async () => {
    users();
    account.users.users.get('invoice-bot-one')!.parts['service-specific-credential'].set('off', 'Inactive');
    account.users.give('other-bot', 'service-specific-credential');
    expect(await verdictOf(accessKeysLastUsed)).toMatchObject({ verdict: 'unused' });
  });

  test('unused, if there are none', async () => {
    expect(await verdictOf(accessKeysLastUsed)).toEqual({ verdict: 'unused', evidence: 'the agent has no access keys' });
  });

  test.each([throttled, denied])('unknown, if IAM refuses one of them: $name', async (error) => {
    users().forEach((key, index) => lastUsed.set(key, index === 1 ? error : LONG_AGO));
    expect(await signalOf(accessKeysLastUsed.name)).toMatchObject({ verdict: 'unknown', evidence: expect.stringContaining(error.name) });
  });
});

describe('the agent\'s own secrets', () => {
  test.each<[string, (Date | undefined)[], string]>([
    ['used', [undefined, RECENT], 'used'], ['unused', [LONG_AGO, undefined], 'unused'],
    // AWS says the day: the last moment of it may be within the time.
    ['used, on the first day of the time', [new Date('2026-05-02T00:00:00Z'), undefined], 'used'],
    ['unused, on the day before', [new Date('2026-05-01T00:00:00Z'), undefined], 'unused'],
  ])('%s', async (_what, days, verdict) => {
    SECRETS.forEach((name, index) => lastUsed.set(name, days[index]));
    expect(await verdictOf(ownSecretsLastAccessed)).toMatchObject({ verdict });
  });

  test('a secret that is deleted says nothing, and neither does an agent without any', async () => {
    lastUsed.set(SECRETS[0], named('ResourceNotFoundException'));
    expect(await verdictOf(ownSecretsLastAccessed)).toMatchObject({ verdict: 'unused' });
    expect(await verdictOf(ownSecretsLastAccessed, { ownSecrets: [] })).toEqual({ verdict: 'unused', evidence: 'the agent has no secrets of its own' });
  });

  test.each([throttled, denied])('unknown, if Secrets Manager refuses: $name', async (error) => {
    lastUsed.set(SECRETS[1], error);
    expect(await signalOf(ownSecretsLastAccessed.name)).toMatchObject({ verdict: 'unknown', evidence: expect.stringContaining(error.name) });
  });
});

describe('live compute', () => {
  test.each<[string, () => string]>([
    ['an execution', () => account.compute.start(account.compute.machine('flow', ROLE), 'one')],
    ['a task', () => {
      account.compute.virtual.family('bot', ROLE);
      return account.compute.virtual.task('one', { cluster: 'main', family: 'bot' });
    }],
    ['an instance', () => {
      account.compute.virtual.instance('i-01', 'bot', ROLE);
      return 'i-01';
    }],
  ])('used, while %s runs', async (_what, start) => {
    const id = start();
    expect(await verdictOf(liveCompute)).toEqual({ verdict: 'used', evidence: expect.stringMatching(new RegExp(`^runs now: .*${id}`)) });
  });

  test('unused, if it only waits to be invoked: named', async () => {
    const functionArn = account.compute.function('worker', ROLE);
    account.compute.mappings.set('queue', { functionArn, state: 'Enabled' });
    account.compute.function('off', ROLE, 0);
    account.compute.virtual.instance('i-01', 'bot', ROLE, { state: 'stopped' });
    expect(await verdictOf(liveCompute)).toEqual({ verdict: 'unused', evidence: 'nothing runs; could be started: functions worker, event-sources queue' });
  });

  test('unknown, if one kind can\'t be looked at', async () => {
    account.compute.function('worker', ROLE);
    account.compute.disturb = (call) => {
      if (call === 'lambda:GetFunctionConfiguration') {
        throw denied;
      }
    };
    expect(await signalOf(liveCompute.name)).toMatchObject({ verdict: 'unknown' });
  });
});

describe('unused access', () => {
  const finding = { resource: ROLE, findingType: 'UnusedIAMRole', status: 'ACTIVE', analyzedAt: '2026-05-31T12:00:00Z' };
  const analyzer = (more: object = {}, findings: object[] = [finding]) => account.compute.virtual.analyzers.set('mine', { age: 30, findings, ...more });

  test.each<[string, () => void, object | undefined]>([
    ['unused, if the analyzer found that', () => analyzer(), { verdict: 'unused', evidence: 'the analyzer mine found no use for 30 days, at 2026-05-31T12:00:00Z' }],
    ['unused, if somebody archived the finding', () => analyzer({}, [{ ...finding, status: 'ARCHIVED' }]), { verdict: 'unused' }],
    ['unused, by a finding on a later page', () => analyzer({}, [{ ...finding, findingType: 'UnusedPermission' }, { ...finding, findingType: 'UnusedIAMUserPassword' }, finding]), { verdict: 'unused' }],
    ['unknown, if the finding was resolved: the role was used', () => analyzer({}, [{ ...finding, status: 'RESOLVED' }]), { verdict: 'unknown' }],
    ['unknown, if it found nothing', () => analyzer({}, []), { verdict: 'unknown', evidence: 'the analyzer mine does not find the role unused' }],
    ['unknown, if it found another role only', () => analyzer({}, [{ ...finding, resource: `${ROLE}2` }]), { verdict: 'unknown' }],
    ['unknown, if it was down in the time', () => analyzer({}, [{ ...finding, analyzedAt: '2026-05-20T00:00:00Z' }]), { verdict: 'unknown', evidence: 'the analyzer mine last looked at 2026-05-20T00:00:00Z' }],
    ['unknown, if it is not active', () => analyzer({ status: 'DISABLED' }), { verdict: 'unknown', evidence: 'the analyzer mine is DISABLED' }],
    ['nothing, if it looks at a longer time', () => analyzer({ age: 90 }), undefined],
    ['nothing, without an analyzer', () => undefined, undefined],
  ])('%s', async (_what, prepare, verdict) => {
    prepare();
    const found = await verdictOf(unusedAccess);
    expect(found).toEqual(verdict === undefined ? undefined : expect.objectContaining(verdict));
  });

  test.each([throttled, denied])('unknown, if Access Analyzer refuses: $name', async (error) => {
    account.compute.virtual.disturb = () => {
      throw error;
    };
    expect(await signalOf(unusedAccess.name)).toMatchObject({ verdict: 'unknown' });
  });
});

describe('all sources', () => {
  test('are read until one knows of a use', async () => {
    lastUsed.set(SECRETS[0], RECENT);
    const { signals } = await readUsage(context, subject);
    expect(signals.map(({ source, verdict }) => [source, verdict])).toEqual([
      ['role last used', 'unused'], ['access keys last used', 'unused'], ['own secrets last accessed', 'used'],
    ]);
  });

  test('are not read for a role that was used', async () => {
    roleLastUsed = RECENT;
    expect((await readUsage(context, subject)).signals).toHaveLength(1);
  });

  test('that do not answer keep none of the others from being read: a use is a use', async () => {
    account.users.create('invoice-bot-one');
    lastUsed.set(account.users.give('invoice-bot-one', 'access-key'), throttled);
    lastUsed.set('report', RECENT);
    const { signals } = await readUsage(context, subject);
    expect(signals.map(({ verdict }) => verdict)).toEqual(['unused', 'unknown', 'unused', 'unused', 'used']);
  });

  test('only read', () => {
    const actions = USAGE_SOURCES.filter(({ name }) => name !== liveCompute.name).flatMap(({ needs }) => needs).flatMap((need) => need.actions);
    // The statement of own secrets is the wiper's, which deletes them.
    const writing = actions.filter((action) => !/:(Get|List|Describe|Generate)/.test(action));
    expect(writing).toEqual(['secretsmanager:DeleteSecret', 'secretsmanager:RemoveRegionsFromReplication']);
  });
});
