import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { FakeAccount, sessionXml } from './fake-account';
import { ACCOUNT, generateAccount, NOW, roleOf, SHAPES } from './generated-account';
import { newFolder, taken } from './taken';
import { Inventory, inventoryPolicy, InventoryScope } from '../../../runtime/inventory';
import { KeptFiles } from '../../../runtime/inventory/kept-files';
import { ServiceUsesStore } from '../../../runtime/inventory/service-uses-store';

let fake: FakeAccount | undefined;
afterEach(() => fake?.stop());

type Answers = NonNullable<NonNullable<Parameters<typeof FakeAccount.start>[1]>['also']>;

const account = { ...generateAccount(0, 4), roles: [roleOf(SHAPES.lambda(1), 1), roleOf(SHAPES.github(1), 2), roleOf(SHAPES.people(1), 3), roleOf({ name: 'plain-role' }, 4)] };
const named = ({ rows }: Inventory, name: string) => rows.find((row) => row.name === name)!;
async function start(also: Answers): Promise<FakeAccount> {
  return (fake = await FakeAccount.start(account, { also }));
}

describe('who created it', () => {
  const event = (userIdentity: object, requestParameters: object, more: object = {}) => (
    { CloudTrailEvent: JSON.stringify({ userIdentity, requestParameters, ...more }) });
  const ADA = { arn: `arn:aws:sts::${ACCOUNT}:assumed-role/AWSReservedSSO_Admin_1/ada@example.com` };
  const LI = { arn: `arn:aws:iam::${ACCOUNT}:user/li` };
  const answers: Answers = {
    LookupEvents: ({ LookupAttributes: attributes, NextToken: token }) => (
      JSON.stringify(attributes).includes('CreateUser') ? { Events: [event(LI, { userName: 'user-1' })] }
        : token === undefined ? { NextToken: 'more', Events: [event(LI, { roleName: 'plain-role' }, { errorCode: 'AccessDenied' }), event(ADA, { roleName: 'plain-role' })] }
          : { Events: [event(LI, { roleName: 'plain-role' }), event(LI, {})] }),
    DescribeStacks: ({ NextToken: token }) => `<Stacks><member><StackName>${token === undefined ? 'Orders' : 'Other'}</StackName><StackStatus>CREATE_COMPLETE</StackStatus><CreationTime>2026-01-01T00:00:00Z</CreationTime><Tags><member><Key>team</Key><Value>orders</Value></member></Tags></member></Stacks>${token === undefined ? '<NextToken>x</NextToken>' : ''}`,
  };

  test('is what CloudTrail says of the last one, over all pages, and tags of stacks come with it', async () => {
    const found = await taken(await start(answers), { creators: true });

    expect(named(found, 'plain-role').sponsors).toEqual([{ who: 'ada@example.com (as AWSReservedSSO_Admin_1)', evidence: 'created it, by CloudTrail' }]);
    expect(named(found, 'user-1').sponsors).toContainEqual({ who: 'user/li', evidence: 'created it, by CloudTrail' });
    expect(named(found, 'Orders-Fn1ServiceRole-1A2B3C4D5E6F7').sponsors).toContainEqual({ who: 'orders', evidence: 'tag of stack Orders team' });
    expect(fake!.count('DescribeStacks')).toBe(2);
  });

  test('twin: is not asked for by itself', async () => {
    const found = await taken(await start(answers));

    expect(named(found, 'plain-role').sponsors).toEqual([]);
    expect([fake!.count('LookupEvents'), fake!.count('DescribeStacks')]).toEqual([0, 0]);
  });
});

describe('last use of services', () => {
  const answers: Answers = {
    GenerateServiceLastAccessedDetails: ({ Arn: arn }) => `<JobId>${String(arn)}-000000000000000000000</JobId>`,
    GetServiceLastAccessedDetails: ({ JobId: job }) => (String(job).includes('plain-role') ? '<JobStatus>FAILED</JobStatus><JobCreationDate>2026-06-10T00:00:00Z</JobCreationDate>'
      : '<JobStatus>COMPLETED</JobStatus><JobCreationDate>2026-06-10T00:00:00Z</JobCreationDate><JobCompletionDate>2026-06-10T00:00:00Z</JobCompletionDate><IsTruncated>false</IsTruncated><ServicesLastAccessed><member><ServiceName>S3</ServiceName><ServiceNamespace>s3</ServiceNamespace><LastAuthenticated>2026-06-09T00:00:00Z</LastAuthenticated></member><member><ServiceName>EC2</ServiceName><ServiceNamespace>ec2</ServiceNamespace></member></ServicesLastAccessed>'),
  };

  test('is asked for machine identities only, on demand; a report that fails leaves it unknown', async () => {
    const found = await taken(await start(answers), { lastAccessed: true });

    expect(named(found, 'ci-1').services).toEqual([{ name: 's3', lastUsedAt: '2026-06-09T00:00:00.000Z' }, { name: 'ec2' }]);
    expect(named(found, 'ci-1').findings.map(({ rule }) => rule)).toContain('unused-services');
    expect(named(found, 'plain-role').services).toBeUndefined();
    const asked = fake!.calls.filter(({ action }) => action === 'GenerateServiceLastAccessedDetails').map(({ params }) => params.get('Arn'));
    expect(asked.sort()).toEqual(found.rows.filter(({ kind }) => kind === 'machine').map(({ arn }) => arn).sort());
    expect(asked).not.toContain(named(found, 'Analysts-1').arn);
  });

  test('of an identity that was deleted since it was listed is unknown, and the others have theirs', async () => {
    const found = await taken(await start({
      ...answers, GenerateServiceLastAccessedDetails: (input) => (String(input.Arn).includes('plain-role') ? { status: 404, __type: 'NoSuchEntity' } : answers.GenerateServiceLastAccessedDetails(input)),
    }), { lastAccessed: true });

    expect(named(found, 'plain-role').services).toBeUndefined();
    expect(named(found, 'ci-1').services).toHaveLength(2);
    expect(found.unread).toEqual([]);
  });

  describe('after a run that ended early', () => {
    const GENERATE = 'GenerateServiceLastAccessedDetails';
    const asked = (): (string | null)[] => fake!.calls.filter(({ action }) => action === GENERATE).map(({ params }) => params.get('Arn'));

    /** A run in which IAM denies all reports but the first two, so the pass is named as not read. Returns the identities of which it knows. */
    async function early(state: string): Promise<string[]> {
      let reports = 0;
      const found = await taken(await start({
        ...answers, [GENERATE]: (input) => (++reports > 2 ? { status: 403, __type: 'AccessDenied' } : answers[GENERATE](input)),
      }), { lastAccessed: true, state });
      expect(found.unread).toMatchObject([{ service: 'last use of services' }]);
      // The answers to the first two can come after the first denial.
      const store = new ServiceUsesStore(state, ACCOUNT);
      for (;;) {
        const told = found.rows.filter((row) => store.get(row, NOW) !== undefined).map(({ arn }) => arn);
        if (told.length === 2) {
          return told;
        }
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    }

    async function next(state: string, now = NOW): Promise<Inventory> {
      await fake!.stop();
      return taken(await start(answers), { lastAccessed: true, state, clock: () => now });
    }

    test('continues: what IAM said is not asked again, and nothing is left', async () => {
      const state = newFolder();
      const told = await early(state);
      const found = await next(state);

      expect(asked().filter((arn) => told.includes(arn!))).toEqual([]);
      expect(asked().length).toBe(found.rows.filter(({ kind }) => kind === 'machine').length - told.length);
      expect(named(found, 'ci-1').services).toEqual([{ name: 's3', lastUsedAt: '2026-06-09T00:00:00.000Z' }, { name: 'ec2' }]);
      expect(readdirSync(state)).toEqual([]);
    });

    test.each<[string, number, boolean]>([['almost four hours', 4 * 3_600_000 - 1, true], ['four hours', 4 * 3_600_000, false], ['a clock that was set back', -1, false]])('after %s', async (_, laterMs, continues) => {
      const state = newFolder();
      const told = await early(state);
      await next(state, new Date(NOW.getTime() + laterMs));

      expect(asked().some((arn) => told.includes(arn!))).toBe(!continues);
    });

    test.each<[string, (kept: Record<string, unknown>) => unknown, boolean]>([
      ['as it was kept', (kept) => kept, true],
      ['of an identity that was created again under the same name', (kept) => ({ ...kept, id: 'AROAANOTHER' }), false],
      ['of another identity', (kept) => ({ ...kept, arn: 'arn:aws:iam::111122223333:role/other' }), false],
      ['of another form', (kept) => ({ ...kept, services: [{ name: 's3', lastUsedAt: '<script>' }] }), false],
      ['nothing', () => null, false],
    ])('a file %s', async (_, changed, continues) => {
      const state = newFolder();
      const [arn] = await early(state);
      const name = createHash('sha256').update(arn).digest('hex');
      const files = new KeptFiles(state, `${ACCOUNT}-services`);
      files.write(name, changed(files.read(name) as Record<string, unknown>) as object);
      await next(state);

      expect(asked().includes(arn)).toBe(!continues);
    });
  });

  test('twin: not otherwise', async () => {
    expect(named(await taken(await start(answers)), 'ci-1').services).toBeUndefined();
    expect(fake!.count('GenerateServiceLastAccessedDetails')).toBe(0);
  });
});

test('keys for single services are keys of their users, with age and end', async () => {
  const member = (user: string, status: string, more = '') => `<member><UserName>${user}</UserName><Status>${status}</Status><CreateDate>2026-01-01T00:00:00Z</CreateDate><ServiceSpecificCredentialId>ACCA</ServiceSpecificCredentialId><ServiceName>bedrock.amazonaws.com</ServiceName>${more}</member>`;
  const found = await taken(await start({
    ListServiceSpecificCredentials: ({ Marker: marker, AllUsers: all }) => (all !== 'true' ? undefined
      : marker === undefined ? `<ServiceSpecificCredentials>${member('user-1', 'Active')}</ServiceSpecificCredentials><IsTruncated>true</IsTruncated><Marker>m</Marker>`
        : `<ServiceSpecificCredentials>${member('user-3', 'Active', '<ExpirationDate>2026-06-01T00:00:00Z</ExpirationDate>')}${member('=user@x', 'Inactive')}</ServiceSpecificCredentials><IsTruncated>false</IsTruncated>`),
  }), { serviceCredentials: true });

  expect(named(found, 'user-1').keys.at(-1)).toEqual({ name: 'key of bedrock.amazonaws.com', active: true, createdAt: '2026-01-01T00:00:00.000Z', ageDays: 160 });
  expect(named(found, 'user-1').findings[0].detail).toContain('key of bedrock.amazonaws.com is 160 days old');
  expect(named(found, '=user@x').keys.at(-1)).toMatchObject({ name: 'key of bedrock.amazonaws.com', active: false });
});

test.each<[Partial<InventoryScope>, string, string]>([
  [{ creators: true }, 'LookupEvents', 'AWS CloudTrail'],
  [{ creators: true }, 'DescribeStacks', 'AWS CloudFormation'],
  [{ serviceCredentials: true }, 'ListServiceSpecificCredentials', 'keys for single services'],
  [{ lastAccessed: true }, 'GenerateServiceLastAccessedDetails', 'last use of services'],
])('with %j, a denied %s is named, and the rest continues', async (scope, denied, service) => {
  const found = await taken(await start({
    LookupEvents: () => ({}), DescribeStacks: () => '<Stacks/>', [denied]: () => ({ status: 403, __type: 'AccessDenied', message: 'no' }),
  }), scope);

  expect(found.unread).toEqual([{ account: ACCOUNT, service, reason: expect.stringMatching(/^AccessDenied: arn:aws:iam::111122223333:user\/ada is not allowed/) }]);
  expect(found.rows).toHaveLength(account.roles.length + account.users.length + 1);
});

describe('an organization', () => {
  const OTHERS = ['222233334444', '333344445555'];
  const answers: Answers = {
    ListAccounts: ({ NextToken: token }) => (token === undefined
      ? { NextToken: 'more', Accounts: [{ Id: ACCOUNT, Name: 'management', State: 'ACTIVE', Status: 'ACTIVE' }, { Id: '444455556666', Name: 'closed', State: 'CLOSED', Status: 'ACTIVE' }] }
      : { Accounts: OTHERS.map((Id) => ({ Id, Name: `account ${Id}`, Status: 'ACTIVE' })) }),
    AssumeRole: ({ RoleArn: arn }) => (String(arn).includes(OTHERS[1]) ? { status: 403, __type: 'AccessDenied' } : sessionXml(OTHERS[0])),
  };

  test('is read account by account, and one that can\'t be read is named', async () => {
    const { accounts, unread, rows } = await taken(await start(answers), { roleName: 'auditors/nhi-inventory' });

    expect(accounts.map(({ account: id, name }) => [id, name])).toEqual([[ACCOUNT, 'management'], [OTHERS[0], `account ${OTHERS[0]}`]]);
    expect(unread).toEqual([{ account: OTHERS[1], name: `account ${OTHERS[1]}`, reason: expect.stringMatching(/^AccessDenied: /) }]);
    expect(rows.filter((row) => row.account === OTHERS[0])).toHaveLength(rows.length / 2);
    expect(new Set(rows.filter((row) => row.account === OTHERS[0]).map(({ accountName }) => accountName))).toEqual(new Set([`account ${OTHERS[0]}`]));
    expect(fake!.calls.filter(({ action }) => action === 'AssumeRole').map(({ params }) => params.get('RoleArn'))).toContain(`arn:aws:iam::${OTHERS[0]}:role/auditors/nhi-inventory`);
  });
});

test.each<Partial<InventoryScope>>([{}, { lastAccessed: true, creators: true, serviceCredentials: true, rolesAnywhere: true, agentRegistry: true }])(
  'a session in another account may only read, whatever its role may do: %j', async (scope) => {
    const other = '222233334444';
    await taken(await start({
      'ListAccounts': () => ({ Accounts: [{ Id: other, Name: 'data', State: 'ACTIVE' }] }),
      'AssumeRole': () => sessionXml(other),
      'LookupEvents': () => ({}),
      'DescribeStacks': () => '<Stacks/>',
      'ListServiceSpecificCredentials': () => '<IsTruncated>false</IsTruncated>',
      'GenerateServiceLastAccessedDetails': () => '<JobId>x-000000000000000000000000000000000000</JobId>',
      'GetServiceLastAccessedDetails': () => '<JobStatus>FAILED</JobStatus><JobCreationDate>2026-06-10T00:00:00Z</JobCreationDate>',
      '/profiles': () => ({}),
      '/trustanchors': () => ({}),
      '/subjects': () => ({}),
      '/registries-list': () => ({ registries: [{ name: 'r', registryId: 'r1' }] }),
      '/registries/r1/records-list': () => ({}),
    }), { roleName: 'OrganizationAccountAccessRole', ...scope });
    const [policy] = fake!.calls.filter(({ action }) => action === 'AssumeRole').map(({ params }) => JSON.parse(params.get('Policy')!) as ReturnType<typeof inventoryPolicy>);
    const used = new Set(fake!.calls.map(({ action }) => action).filter((action) => !['GetCallerIdentity', 'AssumeRole', 'ListAccounts'].includes(action)));

    expect(policy.Statement).toEqual([inventoryPolicy(scope).Statement[0]]);
    expect([...used].filter((action) => !policy.Statement[0].Action.includes(`iam:${action}`))).toEqual(scope.creators === true
      ? ['LookupEvents', 'DescribeStacks', '/profiles', '/trustanchors', '/subjects', '/registries-list', '/registries/r1/records-list'] : []);
    expect(JSON.stringify(policy).length).toBeLessThan(2_048);
  });

test.each([[undefined, 'aws'], ['eu-west-1', 'aws'], ['cn-north-1', 'aws-cn'], ['us-gov-west-1', 'aws-us-gov']])('the policy of region %s is of partition %s', (region, partition) => {
  expect(inventoryPolicy({ roleName: 'x' }, region).Statement.at(-1)?.Resource).toBe(`arn:${partition}:iam::*:role/x`);
});

describe('CODEOWNERS', () => {
  function checkout(files: Readonly<Record<string, string>>): string {
    const folder = newFolder();
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    return folder;
  }
  const OWNERS = '# owners\n* @acme/platform\n/apps/** @acme/apps\n*.tf @acme/infra # all of Terraform\ndocs/* docs@example.com\napps/none.txt\n!apps/x @no\n';

  test.each<[string, string, string[]]>([
    ['the last rule that fits', 'apps/deep/stack.ts', ['@acme/apps']],
    ['a rule without a folder', 'apps/roles.tf', ['@acme/infra']],
    ['the files of a folder', 'docs/roles.md', ['docs@example.com']],
    ['twin: not those below its folders', 'docs/deep/roles.md', ['@acme/platform']],
    ['a rule without owners', 'apps/none.txt', []],
  ])('%s decides', async (_what, path, owners) => {
    const folder = checkout({ CODEOWNERS: OWNERS, [path]: 'roleName: "plain-role",' });
    const found = await taken(await start({}), { checkout: folder });

    expect(named(found, 'plain-role').sponsors).toEqual(owners.map((who) => ({ who, evidence: `owner of ${path}, by CODEOWNERS` })));
  });

  test('owners of the repository that may assume the role', async () => {
    const folder = checkout({ '.github/CODEOWNERS': OWNERS });
    execFileSync('git', ['init', '-q', folder]);
    execFileSync('git', ['-C', folder, 'remote', 'add', 'origin', 'git@github.com:acme/shop-1.git']);
    const found = await taken(await start({}), { checkout: folder });

    expect(named(found, 'ci-1').sponsors[0]).toEqual({ who: '@acme/platform', evidence: 'owner of repository acme/shop-1, by CODEOWNERS' });
  });

  test('a part of a longer word, a link out of the checkout and a dependency mention nothing', async () => {
    const outside = checkout({ 'secret.txt': 'plain-role' });
    const folder = checkout({ 'CODEOWNERS': OWNERS, 'a.ts': 'my-plain-role-2', 'node_modules/x/index.js': 'plain-role' });
    symlinkSync(join(outside, 'secret.txt'), join(folder, 'link.txt'));

    expect(named(await taken(await start({}), { checkout: folder }), 'plain-role').sponsors).toEqual([]);
  });

  test('a CODEOWNERS file that is a link out of the checkout is not read', async () => {
    const folder = checkout({ 'a.ts': 'plain-role' });
    symlinkSync(join(checkout({ secrets: '* root:x:0\n' }), 'secrets'), join(folder, 'CODEOWNERS'));
    await expect(taken(await start({}), { checkout: folder })).rejects.toMatchObject({ code: 'CodeOwnersMissing' });
  });

  test('fails before AWS is asked for anything if there is no such file', async () => {
    await expect(taken(await start({}), { checkout: newFolder() })).rejects.toMatchObject({ code: 'CodeOwnersMissing' });
    expect(fake!.calls.map(({ action }) => action)).toEqual(['GetCallerIdentity']);
  });
});

test.each<[InventoryScope, string[]]>([
  [{}, []],
  [{ lastAccessed: true }, ['iam:GenerateServiceLastAccessedDetails', 'iam:GetServiceLastAccessedDetails']],
  [{ creators: true }, ['cloudformation:DescribeStacks', 'cloudtrail:LookupEvents']],
  [{ serviceCredentials: true }, ['iam:ListServiceSpecificCredentials']],
  [{ rolesAnywhere: true }, ['rolesanywhere:ListProfiles', 'rolesanywhere:ListSubjects', 'rolesanywhere:ListTrustAnchors']],
  [{ agentRegistry: true }, ['agent-registry:ListRegistries', 'agent-registry:ListRegistryRecords']],
  [{ roleName: 'x/y' }, ['organizations:ListAccounts', 'sts:AssumeRole']],
])('the policy for %j has what it adds, and only reads', (scope, added) => {
  const actionsOf = (one: InventoryScope): string[] => {
    const { Statement: statements } = inventoryPolicy(one);
    return statements.flatMap(({ Action: action }) => action);
  };
  const base = actionsOf({});

  expect(actionsOf(scope).filter((action) => !base.includes(action))).toEqual(added);
  expect(actionsOf(scope).filter((action) => !/:(Get|List|Describe|Lookup|Generate)/.test(action))).toEqual(scope.roleName === undefined ? [] : ['sts:AssumeRole']);
});
