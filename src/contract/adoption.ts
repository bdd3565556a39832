import { denyAllArn, QUARANTINE_POLICY, REDUCTION_POLICY } from './policy-names';
import { isOfRegistry, RegistryNames } from './registry-names';
import { DEFAULT_TAG_PREFIX, isReservedTag } from './tags';
import { standsForMore } from '../core/one-name';

/** Inline policy that ends an adopted role. The adopting stack writes it, after the engine's consent. */
export const EXPIRY_POLICY = 'nhi-expiry';

/** What happens to an adopted role when its agent's construct is removed: torn down, or given back as it was. */
export const ON_REMOVAL = ['leave', 'release'] as const;
export type OnRemoval = typeof ON_REMOVAL[number];

/** Where a role is. */
export interface RolePlace {
  readonly roleName: string;
  /** With a slash at both ends. */
  readonly path: string;
}

const OF_AWS = /^\/aws-(service-role|reserved)\//;
const BOOTSTRAP = /^cdk-[a-z0-9]+-(deploy|cfn-exec|file-publishing|image-publishing|lookup)-role-/;
/** Roles by which an organisation administers the account. */
const ADMINISTRATION = ['OrganizationAccountAccessRole', 'AWSControlTowerExecution'];

/** Why a role can't be adopted, whatever is in it. Undefined if nothing is known against it. */
export function notAdoptable({ roleName, path }: RolePlace, { path: agents, registryName }: Pick<RegistryNames, 'path' | 'registryName'>): string | undefined {
  if (standsForMore(path) || standsForMore(roleName)) {
    return 'its path or name holds *, ?, ${ or a dynamic reference of CloudFormation: a policy that names it would cover other roles too';
  }
  if (OF_AWS.test(path) || roleName.startsWith('AWSServiceRoleFor') || roleName.startsWith('AWSReservedSSO_')) {
    return 'it belongs to AWS, which keeps others from changing it, or to IAM Identity Center, which signs people in by it';
  }
  if (BOOTSTRAP.test(roleName) || ADMINISTRATION.includes(roleName)) {
    return 'the account is administered or deployed by it';
  }
  if (isOfRegistry(roleName)) {
    return 'its name is that of a registry\'s own role';
  }
  if (path.startsWith(agents)) {
    return `it is under ${agents}, where the registry ${registryName} itself creates its agents' roles: declare it with new ManagedAgentIdentity()`;
  }
  return undefined;
}

/** What a role contains. */
export interface RoleContents {
  readonly boundary?: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly inline: Readonly<Record<string, string>>;
  readonly attached: readonly string[];
}

/** Why a role can't be adopted as it is: adoption could not be undone without a trace, or another agent has the role. */
export function contentsNotAdoptable(
  { boundary, tags, inline, attached }: RoleContents, { partition, tagPrefix }: { readonly partition: string; readonly tagPrefix: string },
): string | undefined {
  const tag = Object.keys(tags).find((key) => [tagPrefix, DEFAULT_TAG_PREFIX].some((prefix) => isReservedTag(prefix, key)));
  if (tag !== undefined) {
    return `it has the tag ${tag}, which only agents have: another agent or another registry has the role; let that one release it, or remove the tag`;
  }
  const ours = [EXPIRY_POLICY, QUARANTINE_POLICY, REDUCTION_POLICY].find((name) => name in inline);
  if (ours !== undefined) {
    return `it has an inline policy ${ours}, a name that the registry uses: remove it or rename it`;
  }
  const denyAll = denyAllArn(partition);
  return boundary === denyAll || attached.includes(denyAll)
    ? 'AWSDenyAll denies it everything: it was torn down, or somebody quarantined it; lift that first, or create a new role'
    : undefined;
}
