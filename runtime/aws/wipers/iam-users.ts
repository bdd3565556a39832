import { DeleteUserCommand } from '@aws-sdk/client-iam';
import { USER_PARTS } from './user-parts';
import { claimOn, usersOf } from './users-of-agent';
import { deleteVirtualDevice, isDeviceOf, looseDevicesOf } from './virtual-devices';
import { Wiper } from './wiper';
import { userPath } from '../../../src/contract/role-names';
import { Finding } from '../../wiping';
import { isGone, unlessGone } from '../principals/errors-of-iam';

/** Prefix of the finding's id for a device that is assigned to no user. */
const LOOSE = 'mfa-device/';

/**
 * IAM users that were created for the agent by hand. They are either under the path that is reserved for the agent's users, or elsewhere under the
 * registry's path with the agent's name in their name and as a tag. Neither the denial of old sessions nor the agent's end applies to their access
 * keys.
 */
export const iamUsers: Wiper = {
  name: 'iam-users',
  ofAgent: true,
  source: 'IAM users under the agent\'s path, and users elsewhere that its tag names',
  gaps: [],
  needs: [
    // IAM can't restrict these calls to resources. The wiper lists users by the registry's path, and devices that are assigned to no user.
    { sid: 'ListUsers', actions: ['iam:ListUsers', 'iam:ListVirtualMFADevices'], resources: ['*'] },
    {
      sid: 'LookForUsers',
      actions: [
        // The last use is for the source of use, which reads the same users. A statement of its own would not fit into the engine's policy.
        'iam:GetUser', 'iam:ListAccessKeys', 'iam:GetAccessKeyLastUsed', 'iam:GetLoginProfile', 'iam:ListServiceSpecificCredentials',
        'iam:ListSigningCertificates', 'iam:ListSSHPublicKeys', 'iam:ListMFADevices', 'iam:ListGroupsForUser', 'iam:ListUserPolicies', 'iam:ListAttachedUserPolicies',
      ],
      resources: ['arn:{partition}:iam::{account}:user/*'],
    },
    {
      sid: 'ActOnUsers',
      actions: [
        'iam:UpdateAccessKey', 'iam:DeleteAccessKey', 'iam:DeleteLoginProfile', 'iam:UpdateServiceSpecificCredential', 'iam:DeleteServiceSpecificCredential',
        'iam:DeleteSigningCertificate', 'iam:DeleteSSHPublicKey', 'iam:DeactivateMFADevice', 'iam:DeleteUserPolicy', 'iam:DetachUserPolicy', 'iam:DeleteUser',
      ],
      resources: ['arn:{partition}:iam::{account}:user{path}*'],
    },
    { sid: 'TakeUsersOutOfGroups', actions: ['iam:RemoveUserFromGroup'], resources: ['arn:{partition}:iam::{account}:group/*'] },
    {
      sid: 'DeleteVirtualDevices',
      actions: ['iam:ListMFADeviceTags', 'iam:TagMFADevice', 'iam:DeleteVirtualMFADevice'],
      resources: ['arn:{partition}:iam::{account}:mfa/*'],
    },
  ],
  async list(context, target) {
    const findings: Finding[] = [];
    for (const [user, claim] of await usersOf(context, target)) {
      if (claim === 'disputed') {
        findings.push({ ...finding('user', `user/${user}`), actedOn: false, note: `under ${userPath(context.registryPath, target.agentName)}, and tagged with another agent's name: look at it` });
        continue;
      }
      for (const part of USER_PARTS) {
        const whats = await part.list(context, user).catch(noneIfGone);
        findings.push(...whats.map((what) => finding(part.kind, `user/${user}/${part.kind}/${what}`)));
      }
      // The user comes last, because it can be deleted only after its parts.
      findings.push(finding('user', `user/${user}`));
    }
    const loose = await looseDevicesOf(context, target.agentName);
    return [...findings, ...loose.map((serialNumber) => finding('mfa-device', `${LOOSE}${serialNumber}`))];
  },
  async wipe(context, target, { id }) {
    if (id.startsWith(LOOSE)) {
      const serialNumber = id.slice(LOOSE.length);
      return await isDeviceOf(context, serialNumber, target.agentName) ? deleteVirtualDevice(context, serialNumber) : undefined;
    }
    const [, user, kind, ...what] = id.split('/');
    // The claim is checked again: names get reused, and the engine must not change another owner's user.
    if (await claimOn(context, target, user) !== 'own') {
      return;
    }
    const part = USER_PARTS.find((candidate) => candidate.kind === kind);
    await unlessGone(() => part === undefined ? context.iam.send(new DeleteUserCommand({ UserName: user })) : part.wipe(context, user, what.join('/'), target));
  },
};

function noneIfGone(error: unknown): never[] {
  if (isGone(error)) {
    return [];
  }
  throw error;
}

function finding(kind: string, id: string): Finding {
  return { wiper: 'iam-users', kind, id, actedOn: true };
}
