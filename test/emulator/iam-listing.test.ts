import {
  CreateGroupCommand, CreatePolicyCommand, CreateUserCommand, DeleteRoleCommand, GetRoleCommand, IAMClient, ListAttachedRolePoliciesCommand,
  ListGroupsCommand, ListPoliciesCommand, ListRolePoliciesCommand, ListRolesCommand, ListRoleTagsCommand, ListUsersCommand, paginateListRoles,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { Cloud, outcome } from './harness/cloud';
import { makeRole, policy } from './harness/principals';

const TAGS = [{ Key: 'agent:name', Value: 'bot' }];
const POLICY = policy({ Action: 's3:GetObject', Resource: '*' });
const numbered = (name: string, count: number) => Array.from({ length: count }, (_, index) => `${name}-${String(index).padStart(3, '0')}`);

let cloud: Cloud;
let admin: IAMClient;

beforeAll(async () => {
  cloud = await Cloud.start();
  admin = new IAMClient(cloud.as());
});

beforeEach(() => cloud.emulator.reset());

afterAll(() => cloud.stop());

async function pagesOfRoles(pageSize?: number): Promise<string[][]> {
  const pages: string[][] = [];
  for await (const { Roles: roles = [] } of paginateListRoles({ client: admin, pageSize }, {})) {
    pages.push(roles.map(({ RoleName: name = '' }) => name));
  }
  return pages;
}

describe('iam-listing', () => {
  test('a page holds what was asked for, the last one the rest, and none comes twice', async () => {
    for (const name of numbered('bot', 5)) {
      await makeRole(cloud, name);
    }

    expect(await pagesOfRoles(2)).toEqual([['bot-000', 'bot-001'], ['bot-002', 'bot-003'], ['bot-004']]);
    expect(await pagesOfRoles(5)).toEqual([numbered('bot', 5)]);
  });

  test('a page holds 100 unless another size was asked for', async () => {
    for (const name of numbered('bot', 101)) {
      await makeRole(cloud, name);
    }

    expect((await pagesOfRoles()).map(({ length }) => length)).toEqual([100, 1]);
    expect((await pagesOfRoles(101)).map(({ length }) => length)).toEqual([101]);
  });

  test('what is deleted between two pages moves nothing', async () => {
    for (const name of numbered('bot', 4)) {
      await makeRole(cloud, name);
    }
    const { Marker } = await admin.send(new ListRolesCommand({ MaxItems: 2 }));

    await admin.send(new DeleteRoleCommand({ RoleName: 'bot-001' }));

    const { Roles: rest = [] } = await admin.send(new ListRolesCommand({ MaxItems: 2, Marker }));
    expect(rest.map(({ RoleName: name }) => name)).toEqual(['bot-002', 'bot-003']);
  });

  test('a page has 1 to 1000 items', async () => {
    const list = (MaxItems: number) => outcome(admin.send(new ListRolesCommand({ MaxItems })));

    expect([await list(1), await list(1_000)]).toEqual(['allowed', 'allowed']);
    expect([await list(0), await list(1_001)]).toEqual(['ValidationError', 'ValidationError']);
  });

  test('lists of other things come in pages too', async () => {
    await makeRole(cloud, 'bot', [], { Tags: [...TAGS, { Key: 'agent:stage', Value: 'test' }] });
    for (const name of ['first', 'second']) {
      await admin.send(new CreateUserCommand({ UserName: name }));
      await admin.send(new CreateGroupCommand({ GroupName: name }));
      await admin.send(new CreatePolicyCommand({ PolicyName: name, PolicyDocument: POLICY }));
      await admin.send(new PutRolePolicyCommand({ RoleName: 'bot', PolicyName: name, PolicyDocument: POLICY }));
    }
    const ofBot = { RoleName: 'bot', MaxItems: 1 };
    const answers = [
      await admin.send(new ListUsersCommand({ MaxItems: 1 })),
      await admin.send(new ListGroupsCommand({ MaxItems: 1 })),
      await admin.send(new ListPoliciesCommand({ MaxItems: 1, Scope: 'Local' })),
      await admin.send(new ListRolePoliciesCommand(ofBot)),
      await admin.send(new ListRoleTagsCommand(ofBot)),
    ];

    expect(answers.map(({ IsTruncated: truncated, Marker: marker }) => [truncated, typeof marker])).toEqual(answers.map(() => [true, 'string']));
    expect(await admin.send(new ListAttachedRolePoliciesCommand(ofBot))).toMatchObject({ IsTruncated: false, AttachedPolicies: [] });
  });

  test('a list of roles or users has no tags and no boundaries; the role itself has', async () => {
    const PermissionsBoundary = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
    await makeRole(cloud, 'bot', [], { Tags: TAGS, PermissionsBoundary });
    await admin.send(new CreateUserCommand({ UserName: 'bot', Tags: TAGS }));

    const { Roles: [listed] = [] } = await admin.send(new ListRolesCommand({}));
    const { Users: [user] = [] } = await admin.send(new ListUsersCommand({}));
    const { Role: role } = await admin.send(new GetRoleCommand({ RoleName: 'bot' }));

    expect([listed.RoleName, listed.Tags, listed.PermissionsBoundary]).toEqual(['bot', undefined, undefined]);
    expect([user.UserName, user.Tags]).toEqual(['bot', undefined]);
    expect([role?.Tags, role?.PermissionsBoundary?.PermissionsBoundaryArn]).toEqual([TAGS, PermissionsBoundary]);
  });

  test('a description may hold what XML gives a meaning to', async () => {
    const Description = 'Reads <invoices> & "orders"';
    await makeRole(cloud, 'bot', [], { Description });

    const { Roles: [listed] = [] } = await admin.send(new ListRolesCommand({}));
    const { Role: role } = await admin.send(new GetRoleCommand({ RoleName: 'bot' }));

    expect([listed.Description, role?.Description]).toEqual([Description, Description]);
  });
});
