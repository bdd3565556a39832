import {
  DeactivateMFADeviceCommand, DeleteAccessKeyCommand, DeleteLoginProfileCommand, DeleteServiceSpecificCredentialCommand,
  DeleteSigningCertificateCommand, DeleteSSHPublicKeyCommand, DeleteUserPolicyCommand, DeleteVirtualMFADeviceCommand, DetachUserPolicyCommand,
  GetLoginProfileCommand, ListAccessKeysCommand, ListAttachedUserPoliciesCommand, ListGroupsForUserCommand, ListMFADevicesCommand,
  ListServiceSpecificCredentialsCommand, ListSigningCertificatesCommand, ListSSHPublicKeysCommand, ListUserPoliciesCommand,
  RemoveUserFromGroupCommand, UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam';
import { allPages } from './pages';
import { WiperContext } from './wiper';
import { unlessGone } from '../principal/errors-of-iam';

/** Something that a user must be rid of before IAM deletes it. */
export interface UserPart {
  readonly kind: string;
  list(context: WiperContext, user: string): Promise<string[]>;
  wipe(context: WiperContext, user: string, what: string): Promise<unknown>;
}

/**
 * All that DeleteUser demands, credentials first. Bedrock's long-term API keys are service-specific credentials. A permissions boundary isn't among
 * it and stays to the end: without it, a user that something else keeps from being deleted could do more than before.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteUser.html
 */
export const USER_PARTS: readonly UserPart[] = [
  {
    kind: 'access-key',
    list: async ({ iam }, UserName) => idsOf(await allPages((Marker) => iam.send(new ListAccessKeysCommand({ UserName, Marker })), (page) => page.AccessKeyMetadata), 'AccessKeyId'),
    async wipe({ iam }, UserName, AccessKeyId) {
      // Inactive first: a deleted key works for some seconds more, an inactive one for no longer than that.
      await iam.send(new UpdateAccessKeyCommand({ UserName, AccessKeyId, Status: 'Inactive' }));
      await iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId }));
    },
  },
  {
    kind: 'login-profile',
    list: async ({ iam }, UserName) => await exists(() => iam.send(new GetLoginProfileCommand({ UserName }))) ? ['password'] : [],
    wipe: ({ iam }, UserName) => iam.send(new DeleteLoginProfileCommand({ UserName })),
  },
  {
    kind: 'service-specific-credential',
    list: async ({ iam }, UserName) => idsOf(await allPages(
      // The one call of these that pages only without a user in older versions of the API.
      (Marker) => iam.send(new ListServiceSpecificCredentialsCommand({ UserName, Marker })), (page) => page.ServiceSpecificCredentials), 'ServiceSpecificCredentialId'),
    wipe: ({ iam }, UserName, ServiceSpecificCredentialId) =>
      iam.send(new DeleteServiceSpecificCredentialCommand({ UserName, ServiceSpecificCredentialId })),
  },
  {
    kind: 'signing-certificate',
    list: async ({ iam }, UserName) => idsOf(await allPages((Marker) => iam.send(new ListSigningCertificatesCommand({ UserName, Marker })), (page) => page.Certificates), 'CertificateId'),
    wipe: ({ iam }, UserName, CertificateId) => iam.send(new DeleteSigningCertificateCommand({ UserName, CertificateId })),
  },
  {
    kind: 'ssh-public-key',
    list: async ({ iam }, UserName) => idsOf(await allPages((Marker) => iam.send(new ListSSHPublicKeysCommand({ UserName, Marker })), (page) => page.SSHPublicKeys), 'SSHPublicKeyId'),
    wipe: ({ iam }, UserName, SSHPublicKeyId) => iam.send(new DeleteSSHPublicKeyCommand({ UserName, SSHPublicKeyId })),
  },
  {
    kind: 'mfa-device',
    list: async ({ iam }, UserName) => idsOf(await allPages((Marker) => iam.send(new ListMFADevicesCommand({ UserName, Marker })), (page) => page.MFADevices), 'SerialNumber'),
    async wipe({ iam }, UserName, SerialNumber) {
      await iam.send(new DeactivateMFADeviceCommand({ UserName, SerialNumber }));
      // A virtual one is a resource of its own; a hardware one has a serial number and no ARN.
      if (SerialNumber.startsWith('arn:')) {
        await iam.send(new DeleteVirtualMFADeviceCommand({ SerialNumber }));
      }
    },
  },
  {
    kind: 'group',
    list: async ({ iam }, UserName) => idsOf(await allPages((Marker) => iam.send(new ListGroupsForUserCommand({ UserName, Marker })), (page) => page.Groups), 'GroupName'),
    wipe: ({ iam }, UserName, GroupName) => iam.send(new RemoveUserFromGroupCommand({ UserName, GroupName })),
  },
  {
    kind: 'inline-policy',
    list: ({ iam }, UserName) => allPages((Marker) => iam.send(new ListUserPoliciesCommand({ UserName, Marker })), (page) => page.PolicyNames),
    wipe: ({ iam }, UserName, PolicyName) => iam.send(new DeleteUserPolicyCommand({ UserName, PolicyName })),
  },
  {
    kind: 'attached-policy',
    list: async ({ iam }, UserName) => idsOf(await allPages((Marker) => iam.send(new ListAttachedUserPoliciesCommand({ UserName, Marker })), (page) => page.AttachedPolicies), 'PolicyArn'),
    wipe: ({ iam }, UserName, PolicyArn) => iam.send(new DetachUserPolicyCommand({ UserName, PolicyArn })),
  },
];

function idsOf<T, K extends keyof T>(items: readonly T[], key: K): string[] {
  return items.map((item) => String(item[key]));
}

async function exists(look: () => Promise<unknown>): Promise<boolean> {
  return unlessGone(look);
}

