import {
  AddUserToGroupCommand, AttachGroupPolicyCommand, AttachUserPolicyCommand, CreateAccessKeyCommand, CreateGroupCommand,
  CreateLoginProfileCommand, CreateServiceSpecificCredentialCommand, CreateUserCommand, CreateVirtualMFADeviceCommand,
  DeactivateMFADeviceCommand, DeleteAccessKeyCommand, DeleteGroupCommand, DeleteLoginProfileCommand, DeleteServiceSpecificCredentialCommand,
  DeleteSigningCertificateCommand, DeleteSSHPublicKeyCommand, DeleteUserCommand, DeleteUserPolicyCommand, DeleteVirtualMFADeviceCommand,
  DetachUserPolicyCommand, EnableMFADeviceCommand, IAMClient, ListAccessKeysCommand, ListMFADevicesCommand, ListMFADeviceTagsCommand,
  ListServiceSpecificCredentialsCommand, ListSigningCertificatesCommand, ListSSHPublicKeysCommand, PutGroupPolicyCommand, PutUserPolicyCommand,
  RemoveUserFromGroupCommand, TagMFADeviceCommand, UpdateServiceSpecificCredentialCommand,
  UpdateSigningCertificateCommand, UpdateSSHPublicKeyCommand, UploadSigningCertificateCommand,
  UploadSSHPublicKeyCommand,
} from '@aws-sdk/client-iam';
import { Cloud, outcome } from './harness/cloud';
import { policy } from './harness/principals';

const UserName = 'bot';
const READ_ONLY = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
const POLICY = { PolicyName: 'access', PolicyDocument: policy({ Action: 's3:GetObject', Resource: '*' }) };
const CERTIFICATE = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----';
const PUBLIC_KEY = 'ssh-rsa AAAAB3NzaC1yc2E bot';

let cloud: Cloud;
let admin: IAMClient;

beforeAll(async () => {
  cloud = await Cloud.start();
  admin = new IAMClient(cloud.as());
});

beforeEach(async () => {
  await cloud.emulator.reset();
  await admin.send(new CreateUserCommand({ UserName }));
});

afterAll(() => cloud.stop());

/** Creates an item that a user must not have when it is deleted. Returns how to remove it. */
type Obstacle = () => Promise<() => Promise<unknown>>;

const OBSTACLES: Record<string, Obstacle> = {
  'an access key': async () => {
    const { AccessKey: key } = await admin.send(new CreateAccessKeyCommand({ UserName }));
    return () => admin.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId: key?.AccessKeyId }));
  },
  'a login profile': async () => {
    await admin.send(new CreateLoginProfileCommand({ UserName, Password: 'correct horse battery staple 1!' }));
    return () => admin.send(new DeleteLoginProfileCommand({ UserName }));
  },
  'an MFA device': async () => {
    const { VirtualMFADevice: device } = await admin.send(new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: UserName }));
    const SerialNumber = device?.SerialNumber;
    await admin.send(new EnableMFADeviceCommand({ UserName, SerialNumber, AuthenticationCode1: '123456', AuthenticationCode2: '654321' }));
    return () => admin.send(new DeactivateMFADeviceCommand({ UserName, SerialNumber }));
  },
  'a service-specific credential': async () => {
    const { ServiceSpecificCredential: made } = await admin.send(new CreateServiceSpecificCredentialCommand({ UserName, ServiceName: 'bedrock.amazonaws.com' }));
    return () => admin.send(new DeleteServiceSpecificCredentialCommand({ UserName, ServiceSpecificCredentialId: made?.ServiceSpecificCredentialId }));
  },
  'a signing certificate': async () => {
    const { Certificate: made } = await admin.send(new UploadSigningCertificateCommand({ UserName, CertificateBody: CERTIFICATE }));
    return () => admin.send(new DeleteSigningCertificateCommand({ UserName, CertificateId: made?.CertificateId }));
  },
  'an SSH public key': async () => {
    const { SSHPublicKey: made } = await admin.send(new UploadSSHPublicKeyCommand({ UserName, SSHPublicKeyBody: PUBLIC_KEY }));
    return () => admin.send(new DeleteSSHPublicKeyCommand({ UserName, SSHPublicKeyId: made?.SSHPublicKeyId }));
  },
  'a group': async () => {
    await admin.send(new CreateGroupCommand({ GroupName: 'bots' }));
    await admin.send(new AddUserToGroupCommand({ GroupName: 'bots', UserName }));
    return () => admin.send(new RemoveUserFromGroupCommand({ GroupName: 'bots', UserName }));
  },
  'an attached policy': async () => {
    await admin.send(new AttachUserPolicyCommand({ UserName, PolicyArn: READ_ONLY }));
    return () => admin.send(new DetachUserPolicyCommand({ UserName, PolicyArn: READ_ONLY }));
  },
  'an inline policy': async () => {
    await admin.send(new PutUserPolicyCommand({ UserName, ...POLICY }));
    return () => admin.send(new DeleteUserPolicyCommand({ UserName, PolicyName: POLICY.PolicyName }));
  },
};

describe('iam-user-credentials', () => {
  test.each(Object.entries(OBSTACLES))('a user with %s can\'t be deleted, and can without', async (_, make) => {
    const remove = await make();
    const withIt = await outcome(admin.send(new DeleteUserCommand({ UserName })));
    await remove();

    expect([withIt, await outcome(admin.send(new DeleteUserCommand({ UserName })))]).toEqual(['DeleteConflictException', 'allowed']);
  });

  test.each<[string, () => Promise<unknown>]>([
    ['a user', () => admin.send(new AddUserToGroupCommand({ GroupName: 'bots', UserName }))],
    ['an attached policy', () => admin.send(new AttachGroupPolicyCommand({ GroupName: 'bots', PolicyArn: READ_ONLY }))],
    ['an inline policy', () => admin.send(new PutGroupPolicyCommand({ GroupName: 'bots', ...POLICY }))],
  ])('a group with %s can\'t be deleted; an empty one can', async (_, fill) => {
    await admin.send(new CreateGroupCommand({ GroupName: 'bots' }));
    await admin.send(new CreateGroupCommand({ GroupName: 'empty' }));
    await fill();

    expect(await outcome(admin.send(new DeleteGroupCommand({ GroupName: 'bots' })))).toBe('DeleteConflictException');
    expect(await outcome(admin.send(new DeleteGroupCommand({ GroupName: 'empty' })))).toBe('allowed');
  });

  test('a service-specific credential is made with its secret, listed without, switched off and deleted', async () => {
    const { ServiceSpecificCredential: made } = await admin.send(new CreateServiceSpecificCredentialCommand({ UserName, ServiceName: 'codecommit.amazonaws.com' }));
    const id = { UserName, ServiceSpecificCredentialId: made?.ServiceSpecificCredentialId };
    const list = async () => (await admin.send(new ListServiceSpecificCredentialsCommand({ UserName }))).ServiceSpecificCredentials ?? [];
    expect(made).toMatchObject({ UserName, Status: 'Active', ServicePassword: expect.any(String) });

    await admin.send(new UpdateServiceSpecificCredentialCommand({ ...id, Status: 'Inactive' }));
    const [listed] = await list();
    await admin.send(new DeleteServiceSpecificCredentialCommand(id));

    expect(listed).toMatchObject({ ...id, Status: 'Inactive' });
    expect(listed).not.toHaveProperty('ServicePassword');
    expect(await list()).toEqual([]);
    expect(await outcome(admin.send(new DeleteServiceSpecificCredentialCommand(id)))).toBe('NoSuchEntityException');
  });

  test('a user has two service-specific credentials for each service', async () => {
    const make = (ServiceName: string) => outcome(admin.send(new CreateServiceSpecificCredentialCommand({ UserName, ServiceName, ...(ServiceName.startsWith('bedrock') ? { CredentialAgeDays: 30 } : {}) })));
    const [bedrock, code] = ['bedrock.amazonaws.com', 'codecommit.amazonaws.com'];
    expect([await make(bedrock), await make(bedrock), await make(bedrock), await make(code)]).toEqual(['allowed', 'allowed', 'LimitExceededException', 'allowed']);
    const { ServiceSpecificCredentials: listed = [] } = await admin.send(new ListServiceSpecificCredentialsCommand({ UserName }));
    expect(listed.filter(({ ExpirationDate }) => ExpirationDate !== undefined)).toHaveLength(2);
    for (const { ServiceSpecificCredentialId } of listed) {
      await admin.send(new DeleteServiceSpecificCredentialCommand({ UserName, ServiceSpecificCredentialId }));
    }
  });

  test('a signing certificate is listed, switched off and deleted', async () => {
    const { Certificate: made } = await admin.send(new UploadSigningCertificateCommand({ UserName, CertificateBody: CERTIFICATE }));
    const id = { UserName, CertificateId: made?.CertificateId };
    const list = async () => (await admin.send(new ListSigningCertificatesCommand({ UserName }))).Certificates ?? [];

    await admin.send(new UpdateSigningCertificateCommand({ ...id, Status: 'Inactive' }));
    const [listed] = await list();
    await admin.send(new DeleteSigningCertificateCommand(id));

    expect(listed).toMatchObject({ ...id, Status: 'Inactive' });
    expect(await list()).toEqual([]);
  });

  test('an SSH public key is listed, switched off and deleted', async () => {
    const { SSHPublicKey: made } = await admin.send(new UploadSSHPublicKeyCommand({ UserName, SSHPublicKeyBody: PUBLIC_KEY }));
    const id = { UserName, SSHPublicKeyId: made?.SSHPublicKeyId };
    const list = async () => (await admin.send(new ListSSHPublicKeysCommand({ UserName }))).SSHPublicKeys ?? [];

    await admin.send(new UpdateSSHPublicKeyCommand({ ...id, Status: 'Inactive' }));
    const [listed] = await list();
    await admin.send(new DeleteSSHPublicKeyCommand(id));

    expect(listed).toMatchObject({ ...id, Status: 'Inactive' });
    expect(await list()).toEqual([]);
  });

  test('a user has at most two access keys', async () => {
    const create = () => outcome(admin.send(new CreateAccessKeyCommand({ UserName })));

    expect([await create(), await create(), await create()]).toEqual(['allowed', 'allowed', 'LimitExceededException']);
  });

  test('what a user has that no longer exists is an error, not an empty list', async () => {
    const gone = { UserName: 'gone' };
    const listings = (user: { UserName: string }) => Promise.all([
      outcome(admin.send(new ListAccessKeysCommand(user))),
      outcome(admin.send(new ListMFADevicesCommand(user))),
      outcome(admin.send(new ListServiceSpecificCredentialsCommand(user))),
      outcome(admin.send(new ListSigningCertificatesCommand(user))),
      outcome(admin.send(new ListSSHPublicKeysCommand(user))),
    ]);

    expect(await listings({ UserName })).toEqual(Array(5).fill('allowed'));
    expect(await listings(gone)).toEqual(Array(5).fill('NoSuchEntityException'));
  });
});

describe('iam-device-tags', () => {
  test('a virtual device keeps its tags when its user no longer exists, until it is deleted itself', async () => {
    const { VirtualMFADevice: device } = await admin.send(new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: 'phone', Tags: [{ Key: 'team', Value: 'a&b' }] }));
    const SerialNumber = device!.SerialNumber;
    const tags = async () => (await admin.send(new ListMFADeviceTagsCommand({ SerialNumber }))).Tags;

    await admin.send(new TagMFADeviceCommand({ SerialNumber, Tags: [{ Key: 'agent:name', Value: 'bot' }] }));
    await admin.send(new TagMFADeviceCommand({ SerialNumber, Tags: [{ Key: 'Agent:Name', Value: 'bot-2' }] }));

    expect(await tags()).toEqual([{ Key: 'Agent:Name', Value: 'bot-2' }, { Key: 'team', Value: 'a&b' }]);
    await admin.send(new DeleteVirtualMFADeviceCommand({ SerialNumber }));
    expect(await outcome(tags())).toBe('NoSuchEntityException');
  });
});
