import { allowing, GrantedRecord, grantOf, Statement, texts } from './granted';
import { globCovers } from '../../src/core/glob';
import { PrincipalRef } from '../model/placement-state';

/** Calls that a service makes, and an agent doesn't, have these. */
const OF_SERVICES = ['aws:sourcearn', 'aws:sourceaccount', 'aws:sourceorgid', 'aws:sourceorgpaths'];
/** Operators that demand one of their values. With `IfExists` they demand nothing of a call that lacks the key. */
const DEMANDING = /^(foranyvalue:)?(string(equals|like)|stringequalsignorecase|arn(equals|like))$/;

/**
 * What the policy of a resource allows a role itself: statements that name the role, its id or one of its sessions, and statements for everybody whose conditions don't exclude it. A statement for
 * the account only says that policies of roles decide, and those are in the column already.
 *
 * @param resource ARN of the resource, which the policy of a key calls `*`
 */
export function grantsToRole(document: string, role: Pick<PrincipalRef, 'roleArn' | 'roleId' | 'roleName'>, resource: string): GrantedRecord[] {
  return allowing(document).flatMap((statement) => {
    const to = namedBy(statement, role);
    if (to === undefined || excludes(statement.Condition, role.roleArn)) {
      return [];
    }
    const { resources, ...grant } = grantOf(statement, `policy of ${resource}${to === 'everybody' ? ', for everybody' : ''}`);
    return [{ ...grant, resources: resources.length === 0 ? [resource] : resources.map((one) => (one === '*' ? resource : one)) }];
  });
}

function namedBy(
  { Principal: principal, NotPrincipal: notPrincipal }: Statement, { roleArn, roleId, roleName }: Pick<PrincipalRef, 'roleArn' | 'roleId' | 'roleName'>,
): 'role' | 'everybody' | undefined {
  const [, partition, , , account] = roleArn.split(':');
  const isOurs = (name: string): boolean => name === roleArn || name === roleId || name.startsWith(`arn:${partition}:sts::${account}:assumed-role/${roleName}/`);
  if (notPrincipal !== undefined) {
    return namesIn(notPrincipal).some(isOurs) ? undefined : 'everybody';
  }
  const names = namesIn(principal);
  return names.some(isOurs) ? 'role' : names.includes('*') ? 'everybody' : undefined;
}

/** The principals of AWS, without services and identity providers. */
function namesIn(principal: unknown): string[] {
  return typeof principal === 'string' ? [principal] : texts((principal as { AWS?: unknown } | null | undefined)?.AWS);
}

function excludes(condition: unknown, roleArn: string): boolean {
  return Object.entries((condition ?? {}) as Record<string, Record<string, unknown>>).some(([operator, keys]) => (
    DEMANDING.test(operator.toLowerCase()) && Object.entries(keys).some(([key, value]) => isDemandUnmet(key.toLowerCase(), texts(value), roleArn))));
}

function isDemandUnmet(key: string, values: readonly string[], roleArn: string): boolean {
  return OF_SERVICES.includes(key)
    || (key === 'aws:principalarn' && !values.some((pattern) => globCovers(pattern, roleArn)))
    || (key === 'aws:principalaccount' && !values.includes(roleArn.split(':')[4]));
}
