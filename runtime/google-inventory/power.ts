import { Power, PowerLevel, POWER_LEVELS } from '../../src/core/identities/power';

/** A role that an account has somewhere. */
export interface Held {
  readonly on: string;
  readonly role: string;
  readonly condition?: string;
}

/** Permissions of custom roles that could be read, by the role's name. */
export type CustomRoles = ReadonlyMap<string, readonly string[]>;

interface Judged extends Held {
  readonly level: PowerLevel;
  readonly why: string;
}

const MOST_STATEMENTS = 5;
const CONTAINER = /^(projects|folders|organizations)\/[^/]+$/;
const ON_ACCOUNT = /^projects\/[^/]+\/serviceAccounts\/[^/]+$/;

const EVERYTHING: readonly string[] = ['roles/owner', 'roles/editor'];
/** Roles that let an account become another one. https://cloud.google.com/iam/docs/service-account-permissions */
const BECOMES: readonly string[] = [
  'roles/iam.serviceAccountTokenCreator', 'roles/iam.serviceAccountUser', 'roles/iam.serviceAccountKeyAdmin', 'roles/iam.serviceAccountAdmin',
  'roles/iam.workloadIdentityUser', 'roles/iam.serviceAccountOpenIdTokenCreator',
];
/** Roles that let an account change what others, or itself, may do. */
const CHANGES: readonly string[] = [
  'roles/resourcemanager.projectIamAdmin', 'roles/resourcemanager.folderAdmin', 'roles/resourcemanager.folderIamAdmin', 'roles/resourcemanager.organizationAdmin',
  'roles/iam.securityAdmin', 'roles/iam.admin', 'roles/iam.roleAdmin', 'roles/iam.organizationRoleAdmin', 'roles/iam.workloadIdentityPoolAdmin',
  'roles/orgpolicy.policyAdmin',
];
/** Roles that run code of one's own as an account that can do more. */
const RUNS: readonly string[] = ['roles/cloudbuild.builds.editor', 'roles/deploymentmanager.editor'];
const BECOMING = /^iam\.(serviceAccounts\.(actAs|getAccessToken|getOpenIdToken|implicitDelegation|signBlob|signJwt|setIamPolicy)|serviceAccountKeys\.create|roles\.update)$|^resourcemanager\.(projects|folders|organizations)\.setIamPolicy$/;

/** What the roles of an account allow at most. A condition is shown, and does not lower it. Deny policies and groups are not read. */
export function powerOf(held: readonly Held[], custom: CustomRoles): Power {
  const judged = held.map((one): Judged => ({ ...one, ...levelOf(one, custom) }));
  const level = POWER_LEVELS.find((one) => judged.some((each) => each.level === one)) ?? 'none';
  const unread = [...new Set(held.map(({ role }) => role).filter((role) => !role.startsWith('roles/') && !custom.has(role)))];
  return {
    level,
    statements: judged.filter((one) => one.level === level && !['limited', 'none'].includes(level)).slice(0, MOST_STATEMENTS)
      .map(({ on, role, condition, why }) => ({ policy: role, allows: `${role} on ${on}${condition === undefined ? '' : ` if ${condition}`}`, why })),
    ...(unread.length === 0 ? {} : { unread }),
  };
}

/** Whether a role on an account, or on all accounts of a project, lets its members act as it. */
export function letsImpersonate(role: string, custom: CustomRoles): boolean {
  return [...BECOMES, ...EVERYTHING, ...CHANGES].includes(role) || (custom.get(role) ?? []).some((permission) => BECOMING.test(permission));
}

/** Roles of a project that are there to act as its accounts. Owners and administrators of IAM are left out: everyone knows what they can do. */
export function impersonatesAll(role: string, custom: CustomRoles): boolean {
  return BECOMES.includes(role) || (!role.startsWith('roles/') && letsImpersonate(role, custom));
}

function levelOf({ on, role }: Held, custom: CustomRoles): { readonly level: PowerLevel; readonly why: string } {
  const isContainer = CONTAINER.test(on);
  const permissions = custom.get(role);
  if (permissions !== undefined) {
    const found = permissions.find((permission) => BECOMING.test(permission));
    return found === undefined || !(isContainer || ON_ACCOUNT.test(on)) ? { level: 'limited', why: '' } : { level: 'identities', why: `custom role with ${found}` };
  }
  if (isContainer && EVERYTHING.includes(role)) {
    return { level: 'full', why: 'basic role' };
  }
  if (BECOMES.includes(role) && (isContainer || ON_ACCOUNT.test(on))) {
    return { level: 'identities', why: isContainer ? `becomes every service account of ${on}` : 'becomes another service account' };
  }
  if (ON_ACCOUNT.test(on) && letsImpersonate(role, custom)) {
    return { level: 'identities', why: 'changes who may use another service account' };
  }
  if (isContainer && (CHANGES.includes(role) || RUNS.includes(role))) {
    return { level: 'identities', why: RUNS.includes(role) ? 'runs code as another service account' : 'changes what others may do' };
  }
  return isContainer && /[.]admin$|Admin$/.test(role) ? { level: 'services', why: 'everything of a service' } : { level: 'limited', why: '' };
}
