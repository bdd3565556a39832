import { AttachRolePolicyCommand, TagRoleCommand, UntagRoleCommand, UpdateAssumeRolePolicyCommand } from '@aws-sdk/client-iam';
import { agentTags, isReservedTag } from '../../../../src/contract/tags';
import { RetryableError } from '../../../../src/core/errors';
import { BeforeAdoption, PrincipalRecord } from '../../../model/placement-state';
import { describePrincipal, PrincipalDescription } from '../describe';
import { isForbidden, isLimit } from '../errors-of-iam';
import { TaggedContext } from '../identity-context';
import { reaching } from '../reach';
import { adoptedGuards } from './guards';
import { isSameTrust, withDenies } from './trust';

/** What an adopted role gets. */
export interface Adoption {
  readonly before: BeforeAdoption;
  /** The agent's end, as an instant. */
  readonly end: string;
  /** The reserved tags. */
  readonly tags: Readonly<Record<string, string>>;
}

/**
 * Adds the registry's guards, the end and the tags to an adopted role, and checks that IAM shows them. Changes nothing that is there already.
 *
 * @throws RetryableError `NotAdopted` with what IAM refuses or does not show
 */
export async function adoptRole(from: TaggedContext, principal: PrincipalRecord, adoption: Adoption): Promise<void> {
  const context = reaching(from, principal);
  const { iam } = context;
  const { roleName: RoleName, roleArn } = principal;
  const found = await describePrincipal(context, principal);
  if (found === undefined) {
    throw new RetryableError('NotAdopted', `IAM has no role ${roleArn} with the id ${principal.roleId}`);
  }
  const other = otherRegistry(context, principal, found);
  if (other !== undefined) {
    throw new RetryableError('NotAdopted', `role ${roleArn} can't be adopted: the registry ${other} has adopted it meanwhile; let its agent release it first`);
  }
  const { trust = '{}' } = found;
  const wanted = withDenies(trust, adoption.before.trust, adoption.end, context.tagPrefix);
  if (!isSameTrust(wanted, trust)) {
    await orWhy(principal, 'its trust policy can\'t be changed', () => iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: wanted })));
  }
  for (const PolicyArn of adoptedGuards(context, principal).filter((arn) => !found.attached.includes(arn))) {
    await orWhy(principal, `the guard ${PolicyArn} can't be attached`, () => iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn })));
  }
  const { set, removed } = tagChanges(found, adoption, context.tagPrefix);
  if (removed.length > 0) {
    await iam.send(new UntagRoleCommand({ RoleName, TagKeys: removed }));
  }
  if (set.length > 0) {
    await orWhy(principal, 'its tags can\'t be set', () => iam.send(new TagRoleCommand({ RoleName, Tags: set.map(([Key, Value]) => ({ Key, Value })) })));
  }
  const missing = missingOf(context, principal, adoption, await describePrincipal(context, principal));
  if (missing.length > 0) {
    throw new RetryableError('NotAdopted', `IAM does not show all that the adoption adds to role ${roleArn}: ${missing.join(', ')}`);
  }
}

/** What of an adoption a role lacks. */
export function missingOf(
  context: TaggedContext, principal: PrincipalRecord, adoption: Adoption, found: PrincipalDescription | undefined,
): string[] {
  if (found === undefined) {
    return ['the role'];
  }
  const { trust = '{}', attached } = found;
  const { set } = tagChanges(found, adoption, context.tagPrefix);
  return [
    ...(isSameTrust(withDenies(trust, adoption.before.trust, adoption.end, context.tagPrefix), trust) ? [] : ['the Denies in its trust policy']),
    ...adoptedGuards(context, principal).filter((arn) => !attached.includes(arn)).map((arn) => `attached policy ${arn.slice(arn.lastIndexOf('/') + 1)}`),
    ...set.map(([key]) => `tag ${key}`),
  ];
}

/**
 * The registry that adopted a role while this one was about to: each saw a role without tags. Undefined once this adoption was complete: from then on
 * a changed tag must not keep the registry from the role.
 */
export function otherRegistry(
  { registry, tagPrefix }: TaggedContext, { adoptedAt }: PrincipalRecord, { tags }: PrincipalDescription,
): string | undefined {
  const tagged = tags[agentTags(tagPrefix).registry];
  return adoptedAt === undefined && tagged !== registry ? tagged : undefined;
}

function tagChanges(
  { tags }: PrincipalDescription, { tags: wanted }: Adoption, prefix: string,
): { readonly set: [string, string][]; readonly removed: string[] } {
  return {
    set: Object.entries(wanted).filter(([key, value]) => tags[key] !== value),
    removed: Object.keys(tags).filter((key) => isReservedTag(prefix, key) && wanted[key] === undefined),
  };
}

async function orWhy({ roleArn }: PrincipalRecord, what: string, call: () => Promise<unknown>): Promise<void> {
  try {
    await call();
  } catch (error) {
    if (isLimit(error) || isForbidden(error) || (error instanceof Error && error.name.startsWith('MalformedPolicyDocument'))) {
      throw new RetryableError('NotAdopted', `role ${roleArn} can't be adopted: ${what}: ${error.message}. Make room for it, or remove principals that no longer exist from the trust policy, then deploy again`);
    }
    throw error;
  }
}
