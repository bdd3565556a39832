import {
  AddRoleToInstanceProfileCommand, AddUserToGroupCommand, AttachRolePolicyCommand, CreateAccessKeyCommand, CreateGroupCommand,
  CreateInstanceProfileCommand, CreateRoleCommand, CreateServiceSpecificCredentialCommand, CreateUserCommand, CreateVirtualMFADeviceCommand,
  DeleteAccessKeyCommand, DeleteVirtualMFADeviceCommand, GetRoleCommand, IAMClient, PutRolePermissionsBoundaryCommand, PutRolePolicyCommand,
  PutUserPolicyCommand, RemoveRoleFromInstanceProfileCommand, RemoveUserFromGroupCommand, SimulatePrincipalPolicyCommand,
} from '@aws-sdk/client-iam';
import { Cloud, outcome } from './harness/cloud';
import { iamAs, makeRole, policy, trustOf } from './harness/principals';

const READ_ONLY = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
const ADMIN = 'arn:aws:iam::aws:policy/AdministratorAccess';

let cloud: Cloud;
let admin: IAMClient;

beforeAll(async () => {
  cloud = await Cloud.start();
  admin = new IAMClient(cloud.as());
  await makeRole(cloud, 'in-path', [], { Path: '/agents/test/' });
  await makeRole(cloud, 'outside');
  await makeRole(cloud, 'bounded', [], { PermissionsBoundary: READ_ONLY });
});

afterAll(() => cloud.stop());

describe('iam-authorization', () => {
  test('a resource with a path matches the roles in it, and none outside; of what doesn\'t exist the path isn\'t known', async () => {
    const ofPath = await iamAs(cloud, 'reader-of-path', { Action: 'iam:GetRole', Resource: cloud.iamArn('role/agents/*') });
    const ofAll = await iamAs(cloud, 'reader-of-all', { Action: 'iam:GetRole', Resource: cloud.iamArn('role/*') });

    expect(await outcome(ofPath.send(new GetRoleCommand({ RoleName: 'in-path' })))).toBe('allowed');
    expect(await outcome(ofPath.send(new GetRoleCommand({ RoleName: 'outside' })))).toBe('AccessDenied');
    expect(await outcome(ofPath.send(new GetRoleCommand({ RoleName: 'nobody' })))).toBe('AccessDenied');
    expect(await outcome(ofAll.send(new GetRoleCommand({ RoleName: 'nobody' })))).toBe('NoSuchEntityException');
  });

  test('a resource without the path doesn\'t match a role that has one', async () => {
    const reader = await iamAs(cloud, 'reader-by-name', { Action: 'iam:GetRole', Resource: ['in-path', 'outside'].map((name) => cloud.iamArn(`role/${name}`)) });

    expect(await outcome(reader.send(new GetRoleCommand({ RoleName: 'in-path' })))).toBe('AccessDenied');
    expect(await outcome(reader.send(new GetRoleCommand({ RoleName: 'outside' })))).toBe('allowed');
  });

  test('a role is created in the path that its maker may use, only', async () => {
    const maker = await iamAs(cloud, 'maker', { Action: 'iam:CreateRole', Resource: cloud.iamArn('role/agents/*') });
    const make = (Path: string) => outcome(maker.send(new CreateRoleCommand({ RoleName: 'made', Path, AssumeRolePolicyDocument: trustOf(cloud) })));

    expect(await make('/people/')).toBe('AccessDenied');
    expect(await make('/agents/')).toBe('allowed');
  });

  test('a service-specific credential is authorized with its service and its age, and one without an age has none', async () => {
    await admin.send(new CreateUserCommand({ UserName: 'tool', Path: '/agents/' }));
    const Condition = { StringEquals: { 'iam:ServiceSpecificCredentialServiceName': 'bedrock.amazonaws.com' }, NumericLessThanEquals: { 'iam:ServiceSpecificCredentialAgeDays': '90' } };
    const maker = await iamAs(cloud, 'maker-of-keys', { Action: 'iam:CreateServiceSpecificCredential', Resource: cloud.iamArn('user/agents/*'), Condition });
    const make = (ServiceName: string, CredentialAgeDays?: number) => outcome(maker.send(new CreateServiceSpecificCredentialCommand({ UserName: 'tool', ServiceName, CredentialAgeDays })));

    expect(await make('bedrock.amazonaws.com', 90)).toBe('allowed');
    expect(await make('bedrock.amazonaws.com', 91)).toBe('AccessDenied');
    expect(await make('bedrock.amazonaws.com')).toBe('AccessDenied');
    expect(await make('codecommit.amazonaws.com', 90)).toBe('AccessDenied');
  });

  test('membership of an instance profile is authorized on the profile', async () => {
    await admin.send(new CreateInstanceProfileCommand({ InstanceProfileName: 'debug' }));
    await admin.send(new AddRoleToInstanceProfileCommand({ InstanceProfileName: 'debug', RoleName: 'outside' }));
    const Action = 'iam:RemoveRoleFromInstanceProfile';
    const ofRole = await iamAs(cloud, 'remover-of-role', { Action, Resource: cloud.iamArn('role/*') });
    const ofProfile = await iamAs(cloud, 'remover-from-profile', { Action, Resource: cloud.iamArn('instance-profile/debug') });
    const removal = new RemoveRoleFromInstanceProfileCommand({ InstanceProfileName: 'debug', RoleName: 'outside' });

    expect(await outcome(ofRole.send(removal))).toBe('AccessDenied');
    expect(await outcome(ofProfile.send(removal))).toBe('allowed');
  });

  test('membership of a group is authorized on the group', async () => {
    await admin.send(new CreateUserCommand({ UserName: 'ada' }));
    await admin.send(new CreateGroupCommand({ GroupName: 'debuggers' }));
    await admin.send(new AddUserToGroupCommand({ GroupName: 'debuggers', UserName: 'ada' }));
    const Action = 'iam:RemoveUserFromGroup';
    const ofUser = await iamAs(cloud, 'remover-of-user', { Action, Resource: cloud.iamArn('user/*') });
    const ofGroup = await iamAs(cloud, 'remover-from-group', { Action, Resource: cloud.iamArn('group/debuggers') });
    const removal = new RemoveUserFromGroupCommand({ GroupName: 'debuggers', UserName: 'ada' });

    expect(await outcome(ofUser.send(removal))).toBe('AccessDenied');
    expect(await outcome(ofGroup.send(removal))).toBe('allowed');
  });

  test('a simulation is authorized on the principal that it is about', async () => {
    const simulator = await iamAs(cloud, 'simulator', { Action: 'iam:SimulatePrincipalPolicy', Resource: cloud.iamArn('role/agents/*') });
    const simulate = (role: string) => outcome(simulator.send(new SimulatePrincipalPolicyCommand({
      PolicySourceArn: cloud.iamArn(role), ActionNames: ['s3:GetObject'],
    })));

    expect(await simulate('role/agents/test/in-path')).toBe('allowed');
    expect(await simulate('role/outside')).toBe('AccessDenied');
  });

  test('an MFA device is deleted by its serial number', async () => {
    const remover = await iamAs(cloud, 'remover-of-devices', { Action: 'iam:DeleteVirtualMFADevice', Resource: cloud.iamArn('mfa/bot-*') });
    const remove = async (VirtualMFADeviceName: string) => {
      await admin.send(new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName }));
      return outcome(remover.send(new DeleteVirtualMFADeviceCommand({ SerialNumber: cloud.iamArn(`mfa/${VirtualMFADeviceName}`) })));
    };

    expect(await remove('ada')).toBe('AccessDenied');
    expect(await remove('bot-1')).toBe('allowed');
  });

  test('an access key that is named without its user is authorized on that user', async () => {
    const keysOf = async (UserName: string) => {
      await admin.send(new CreateUserCommand({ UserName, Path: '/agents/' }));
      await admin.send(new PutUserPolicyCommand({
        UserName,
        PolicyName: 'own-keys',
        PolicyDocument: policy({ Action: 'iam:DeleteAccessKey', Resource: cloud.iamArn('user/agents/own') }),
      }));
      const { AccessKey: key } = await admin.send(new CreateAccessKeyCommand({ UserName }));
      return { accessKeyId: key?.AccessKeyId ?? '', secretAccessKey: key?.SecretAccessKey ?? '' };
    };
    const deleteOwn = async (UserName: string) => {
      const keys = await keysOf(UserName);
      return outcome(new IAMClient(cloud.as(keys)).send(new DeleteAccessKeyCommand({ AccessKeyId: keys.accessKeyId })));
    };

    expect(await deleteOwn('other')).toBe('AccessDenied');
    expect(await deleteOwn('own')).toBe('allowed');
  });

  test('iam:PolicyARN: only the policy of the condition may be attached', async () => {
    const attacher = await iamAs(cloud, 'attacher', {
      Action: 'iam:AttachRolePolicy', Resource: '*', Condition: { ArnEquals: { 'iam:PolicyARN': READ_ONLY } },
    });
    const attach = (PolicyArn: string) => outcome(attacher.send(new AttachRolePolicyCommand({ RoleName: 'outside', PolicyArn })));

    expect(await attach(ADMIN)).toBe('AccessDenied');
    expect(await attach(READ_ONLY)).toBe('allowed');
  });

  test('iam:PermissionsBoundary: the boundary that a request sets, or else the one that is set', async () => {
    const within = { ArnEquals: { 'iam:PermissionsBoundary': READ_ONLY } };
    const keeper = await iamAs(cloud, 'keeper', {
      Action: ['iam:CreateRole', 'iam:PutRolePolicy', 'iam:PutRolePermissionsBoundary'], Resource: '*', Condition: within,
    });
    const create = (RoleName: string, PermissionsBoundary?: string) => outcome(keeper.send(new CreateRoleCommand({
      RoleName, PermissionsBoundary, AssumeRolePolicyDocument: trustOf(cloud),
    })));
    const write = (RoleName: string) => outcome(keeper.send(new PutRolePolicyCommand({
      RoleName, PolicyName: 'more', PolicyDocument: policy({ Action: 's3:GetObject', Resource: '*' }),
    })));
    const bound = (PermissionsBoundary: string) => outcome(keeper.send(new PutRolePermissionsBoundaryCommand({ RoleName: 'outside', PermissionsBoundary })));

    expect([await create('free'), await create('wide', ADMIN), await create('narrow', READ_ONLY)]).toEqual(['AccessDenied', 'AccessDenied', 'allowed']);
    expect([await write('outside'), await write('bounded')]).toEqual(['AccessDenied', 'allowed']);
    expect([await bound(ADMIN), await bound(READ_ONLY)]).toEqual(['AccessDenied', 'allowed']);
  });
});
