import {
  AddRoleToInstanceProfileCommand, AddUserToGroupCommand, AttachRolePolicyCommand, AttachUserPolicyCommand, CreateAccessKeyCommand,
  CreateGroupCommand, CreateInstanceProfileCommand, CreateLoginProfileCommand, CreateServiceSpecificCredentialCommand, CreateUserCommand,
  CreateVirtualMFADeviceCommand, EnableMFADeviceCommand, PutRolePolicyCommand, PutUserPermissionsBoundaryCommand, PutUserPolicyCommand,
  UploadSigningCertificateCommand, UploadSSHPublicKeyCommand,
} from '@aws-sdk/client-iam';
import { CreateSecretCommand, DescribeSecretCommand } from '@aws-sdk/client-secrets-manager';
import { LocalAws } from './local-aws';

const ADMIN = 'arn:aws:iam::aws:policy/AdministratorAccess';
const ALLOW_ALL = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] });

/** The items that `makeByHand` creates for `invoice-bot`, as the certificate names them. */
export const HANDMADE = [
  'role/invoice-bot-test/inline-policy/by-hand',
  `role/invoice-bot-test/attached-policy/${ADMIN}`,
  'role/invoice-bot-test/instance-profile/debug',
  ...[
    '/access-key/', '/login-profile/', '/service-specific-credential/', '/signing-certificate/', '/ssh-public-key/', '/mfa-device/', '/group/debuggers',
    '/inline-policy/all', '/attached-policy/', '',
  ].map((part) => `user/invoice-bot-debug${part}`),
  'secret/agents/invoice-bot/erp',
];

/** Creates one of each item that people create outside of the pipeline, and that outlives or blocks a role. */
export async function makeByHand({ iam, secrets }: LocalAws, agentName: string): Promise<void> {
  const RoleName = `${agentName}-test`;
  const UserName = `${agentName}-debug`;
  const profile = agentName === 'invoice-bot' ? 'debug' : `${agentName}-profile`;
  const group = agentName === 'invoice-bot' ? 'debuggers' : `${agentName}-group`;
  await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn: ADMIN }));
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'by-hand', PolicyDocument: ALLOW_ALL }));
  await iam.send(new CreateInstanceProfileCommand({ InstanceProfileName: profile }));
  await iam.send(new AddRoleToInstanceProfileCommand({ InstanceProfileName: profile, RoleName }));
  await iam.send(new CreateUserCommand({ UserName, Path: `/agents/${agentName}/`, Tags: [{ Key: 'agent:name', Value: agentName }] }));
  await iam.send(new CreateAccessKeyCommand({ UserName }));
  await iam.send(new CreateAccessKeyCommand({ UserName }));
  await iam.send(new CreateLoginProfileCommand({ UserName, Password: 'correct horse battery staple 1!' }));
  await iam.send(new CreateServiceSpecificCredentialCommand({ UserName, ServiceName: 'bedrock.amazonaws.com' }));
  await iam.send(new UploadSigningCertificateCommand({ UserName, CertificateBody: '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----' }));
  await iam.send(new UploadSSHPublicKeyCommand({ UserName, SSHPublicKeyBody: 'ssh-rsa AAAAB3NzaC1yc2E agent' }));
  const { VirtualMFADevice: device } = await iam.send(new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: UserName }));
  await iam.send(new EnableMFADeviceCommand({ UserName, SerialNumber: device?.SerialNumber, AuthenticationCode1: '123456', AuthenticationCode2: '654321' }));
  await iam.send(new CreateGroupCommand({ GroupName: group }));
  await iam.send(new AddUserToGroupCommand({ GroupName: group, UserName }));
  await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'all', PolicyDocument: ALLOW_ALL }));
  await iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn: ADMIN }));
  await iam.send(new PutUserPermissionsBoundaryCommand({ UserName, PermissionsBoundary: ADMIN }));
  await secrets.send(new CreateSecretCommand({ Name: `agents/${agentName}/erp`, SecretString: 'x' }));
}

/** Creates items that only look like the agent's: another agent's user, a user outside the path with its tag, a secret with its tag. */
export async function makeForAnother({ iam, secrets }: LocalAws): Promise<void> {
  const tags = [{ Key: 'agent:name', Value: 'invoice-bot' }];
  await iam.send(new CreateUserCommand({ UserName: 'other-bot-debug', Path: '/agents/', Tags: [{ Key: 'agent:name', Value: 'other-bot' }] }));
  await iam.send(new CreateUserCommand({ UserName: 'ada', Tags: tags }));
  await secrets.send(new CreateSecretCommand({ Name: 'shared/erp', SecretString: 'x', Tags: tags }));
}

export async function secretExists({ secrets }: LocalAws, SecretId: string): Promise<boolean> {
  try {
    await secrets.send(new DescribeSecretCommand({ SecretId }));
    return true;
  } catch (error) {
    if (error instanceof Error && error.name === 'ResourceNotFoundException') {
      return false;
    }
    throw error;
  }
}
