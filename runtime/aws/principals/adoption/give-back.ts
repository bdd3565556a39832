import { DeleteRolePolicyCommand, UntagRoleCommand, UpdateAssumeRolePolicyCommand } from '@aws-sdk/client-iam';
import { QUARANTINE_POLICY, REDUCTION_POLICY } from '../../../../src/contract/policy-names';
import { isReservedTag } from '../../../../src/contract/tags';
import { RetryableError } from '../../../../src/core/errors';
import { PrincipalRecord } from '../../../model/placement-state';
import { describePrincipal } from '../describe';
import { unlessGone } from '../errors-of-iam';
import { TaggedContext } from '../identity-context';
import { reaching } from '../reach';
import { otherRegistry } from './adopt';
import { adoptedGuards, detachGuards } from './guards';
import { isSameTrust, withoutDenies } from './trust';

/**
 * Takes from a role exactly what its adoption added, and checks that IAM shows none of it. What its owner changed since stays. Returns false if the role no longer exists.
 *
 * @throws RetryableError `NotReturned` with what is still there
 */
export async function giveBackRole(from: TaggedContext, principal: PrincipalRecord): Promise<boolean> {
  const context = reaching(from, principal);
  const { iam } = context;
  const { roleName: RoleName, roleArn, before } = principal;
  const found = await describePrincipal(context, principal);
  if (found === undefined || before === undefined) {
    return false;
  }
  await detachGuards(context, principal);
  if (otherRegistry(context, principal, found) !== undefined) {
    // The tags are its, and so are the Denies in the trust policy, which are the same for each registry.
    return true;
  }
  for (const PolicyName of [QUARANTINE_POLICY, REDUCTION_POLICY].filter((name) => name in found.inline)) {
    await unlessGone(() => iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName })));
  }
  const tags = Object.keys(found.tags).filter((key) => isReservedTag(context.tagPrefix, key));
  if (tags.length > 0) {
    await iam.send(new UntagRoleCommand({ RoleName, TagKeys: tags }));
  }
  const { trust = '{}' } = found;
  const original = withoutDenies(trust, before.trust);
  if (original !== trust) {
    await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: original }));
  }
  const after = await describePrincipal(context, principal);
  const rest = after === undefined ? [] : [
    ...(isSameTrust(after.trust ?? '{}', original) ? [] : ['the Denies in its trust policy']),
    ...adoptedGuards(context, principal).filter((arn) => after.attached.includes(arn) && !before.attached.includes(arn)),
    ...Object.keys(after.tags).filter((key) => isReservedTag(context.tagPrefix, key)),
    ...[QUARANTINE_POLICY, REDUCTION_POLICY].filter((name) => name in after.inline),
  ];
  if (rest.length > 0) {
    throw new RetryableError('NotReturned', `role ${roleArn} still has what its adoption added: ${rest.join(', ')}`);
  }
  return true;
}
