import {
  DeactivateMFADeviceCommand, DeleteAccessKeyCommand, DeleteLoginProfileCommand, DeleteServiceSpecificCredentialCommand,
  DeleteSigningCertificateCommand, DeleteSSHPublicKeyCommand, DeleteUserPolicyCommand, DetachUserPolicyCommand,
  GetLoginProfileCommand, ListAccessKeysCommand, ListAttachedUserPoliciesCommand, ListGroupsForUserCommand, ListMFADevicesCommand,
  ListServiceSpecificCredentialsCommand, ListSigningCertificatesCommand, ListSSHPublicKeysCommand, ListUserPoliciesCommand,
  RemoveUserFromGroupCommand, UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam';
import { allPages } from '../iam-pages';
import { deleteVirtualDevice, isVirtualDevice, markDevice } from './virtual-devices';
import { WiperContext, WipeTarget } from './wiper';
import { unlessGone } from '../principals/errors-of-iam';

/** A kind of item that must be removed from a user before IAM deletes the user. */
interface UserPart {
  readonly kind: string;
  list(context: WiperContext, user: string): Promise<string[]>;
  wipe(context: WiperContext, user: string, what: string, target: WipeTarget): Promise<unknown>;
}

/**
 * Everything that DeleteUser requires to be removed, credentials first. Bedrock's long-term API keys are service-specific credentials. DeleteUser
 * does not require the removal of a permissions boundary, so it stays to the end. Otherwise a user whose deletion fails could do more than before.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteUser.html
 */
export const USER_PARTS: readonly UserPart[] = [
  {
    kind: 'access-key',
    list: async ({ iam }, UserName) => idsOf(await allPages((Marker) => iam.send(new ListAccessKeysCommand({ UserName, Marker })), (page) => page.AccessKeyMetadata), 'AccessKeyId'),
    async wipe({ iam }, UserName, AccessKeyId) {
      // The key is deactivated first: a deleted key works for some seconds longer than an inactive one.
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
      // In older versions of the API this is the only one of these calls that pages only without a user.
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
    async wipe(context, UserName, SerialNumber, { agentName }) {
      const isVirtual = isVirtualDevice(SerialNumber);
      if (isVirtual) {
        // After the device is removed from its user, only this tag says whose it was.
        await markDevice(context, SerialNumber, agentName);
      }
      await unlessGone(() => context.iam.send(new DeactivateMFADeviceCommand({ UserName, SerialNumber })));
      if (isVirtual) {
        await deleteVirtualDevice(context, SerialNumber);
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

