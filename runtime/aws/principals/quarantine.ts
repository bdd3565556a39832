import {
  AttachRolePolicyCommand, DeleteRolePermissionsBoundaryCommand, DeleteRolePolicyCommand, DetachRolePolicyCommand, PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { attachedTo, inlineOf } from './attached';
import { isForbidden, isLimit, unlessGone } from './errors-of-iam';
import { IdentityContext } from './identity-context';
import { inspectPrincipal, Inspection } from './inspect';
import { reaching } from './reach';
import { denyAllArn, QUARANTINE_POLICY } from '../../../src/contract/policy-names';
import { DenialMeans, PrincipalRecord, PrincipalRef } from '../../model/placement-state';

export interface DenialAttempt {
  readonly by: readonly DenialMeans[];
  /** IAM's messages about the means that did not work. */
  readonly failures: readonly string[];
}

/**
 * Denies a principal everything, reversibly. Its permissions boundary becomes AWSDenyAll. Where that is forbidden, AWSDenyAll is attached as a
 * policy. Where that is forbidden too, an inline policy denies everything, if the registry lets the engine write one. A separate policy denies
 * sessions from before `cutAt`, in case the boundary is removed by mistake.
 *
 * @param everyMeans uses both means, so that the principal stays denied if a deployment or a person removes one
 *
 * Any other error than a forbidden or exhausted means is thrown, because a retry may succeed.
 */
export async function denyPrincipal(from: IdentityContext, principal: PrincipalRef, cutAt: Date, everyMeans = false): Promise<DenialAttempt> {
  const context = reaching(from, principal);
  if (!(await inspectPrincipal(context, principal)).present) {
    return { by: [], failures: ['the role no longer exists'] };
  }
  const { iam, partition } = context;
  const { roleName: RoleName } = principal;
  const failures: string[] = [];
  const works = async (call: () => Promise<unknown>): Promise<boolean> => {
    try {
      return await unlessGone(call);
    } catch (error) {
      if (!isForbidden(error) && !isLimit(error)) {
        throw error;
      }
      failures.push(`${error.name}: ${error.message}`);
      return false;
    }
  };
  const by: DenialMeans[] = [];
  if (await works(() => iam.send(new PutRolePermissionsBoundaryCommand({ RoleName, PermissionsBoundary: denyAllArn(partition) })))) {
    by.push('permissions-boundary');
  }
  if ((by.length === 0 || everyMeans) && await works(() => iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn: denyAllArn(partition) })))) {
    by.push('attached-policy');
  }
  const inline = (PolicyDocument: string) => works(() => iam.send(
    new PutRolePolicyCommand({ RoleName, PolicyName: QUARANTINE_POLICY, PolicyDocument })));
  if (by.includes('permissions-boundary')) {
    await inline(cutOfSessions(cutAt));
  } else if (by.length === 0 && await inline(denying({}))) {
    by.push('inline-policy');
  }
  return { by, failures };
}

/** Whether the principal is still denied by the recorded denial. */
export async function isDeniedByUs(context: IdentityContext, { roleName, denial }: PrincipalRecord, found: Inspection): Promise<boolean> {
  const deny = denyAllArn(context.partition);
  if (denial === undefined || !found.present) {
    return false;
  }
  return found.boundary === deny
    || (denial.by.includes('attached-policy') && (await attachedTo(context, roleName)).includes(deny))
    || (denial.by.includes('inline-policy') && (await inlineOf(context, roleName)).includes(QUARANTINE_POLICY));
}

/** The means of the recorded denial that are not in place any more. */
export async function liftedMeans(context: IdentityContext, { roleName, denial }: PrincipalRecord, found: Inspection): Promise<DenialMeans[]> {
  const deny = denyAllArn(context.partition);
  const by = denial?.by ?? [];
  const lifted: DenialMeans[] = found.present && found.boundary === deny ? [] : ['permissions-boundary'];
  if (by.includes('attached-policy') && !(await attachedTo(context, roleName)).includes(deny)) {
    lifted.push('attached-policy');
  }
  return lifted.filter((means) => by.includes(means));
}

/** Lifts the quarantine, so that running compute recovers. The denial of old sessions is removed last: until then only new sessions work. */
export async function restorePrincipal(from: IdentityContext, principal: PrincipalRecord, originalBoundary: string | null): Promise<void> {
  const context = reaching(from, principal);
  const found = await inspectPrincipal(context, principal);
  if (!found.present) {
    return;
  }
  const { iam } = context;
  const { roleName: RoleName } = principal;
  if (originalBoundary === null) {
    if (found.boundary !== null) {
      await unlessGone(() => iam.send(new DeleteRolePermissionsBoundaryCommand({ RoleName })));
    }
  } else if (found.boundary !== originalBoundary) {
    await unlessGone(() => iam.send(new PutRolePermissionsBoundaryCommand({ RoleName, PermissionsBoundary: originalBoundary })));
  }
  await detachDenyAll(context, RoleName);
  await unlessGone(() => iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: QUARANTINE_POLICY })));
}

/**
 * Detaches AWSDenyAll if it is attached in IAM. The record may lack the attachment, because a process can die between attaching the policy and
 * recording it. Returns false if the role did not exist.
 */
export function detachDenyAll(context: IdentityContext, RoleName: string): Promise<boolean> {
  const PolicyArn = denyAllArn(context.partition);
  return unlessGone(async () => {
    if ((await attachedTo(context, RoleName)).includes(PolicyArn)) {
      await context.iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn }));
    }
  });
}

function cutOfSessions(cutAt: Date): string {
  return denying({ Sid: 'DenyOlderSessions', Condition: { DateLessThan: { 'aws:TokenIssueTime': cutAt.toISOString() } } });
}

function denying(statement: object): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: [{ Sid: 'DenyAll', Effect: 'Deny', Action: '*', Resource: '*', ...statement }] });
}
