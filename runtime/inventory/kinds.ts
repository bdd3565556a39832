import { ReportedUser } from './credential-report';
import { RoleEntity, UserEntity } from './entities';
import { IdentityKind } from './model';
import { Caller } from '../../src/core/identities/caller';

interface Kind {
  readonly kind: IdentityKind;
  readonly because: string;
}

/** Roles that AWS creates for its own use or for people, by path or name. */
const OF_AWS: readonly (readonly [where: 'path' | 'name', form: RegExp, kind: IdentityKind, because: string])[] = [
  ['path', /^\/aws-service-role\//, 'service-linked', 'path /aws-service-role/'],
  ['path', /^\/aws-reserved\/sso\.amazonaws\.com\//, 'human', 'permission set of IAM Identity Center'],
  ['path', /^\/aws-reserved\//, 'aws-created', 'path /aws-reserved/'],
  ['name', /^OrganizationAccountAccessRole$/, 'aws-created', 'created by AWS Organizations'],
  ['name', /^AWSControlTowerExecution$|^aws-controltower-/, 'aws-created', 'created by AWS Control Tower'],
  ['name', /^stacksets-exec-[0-9a-f]{32}$/, 'aws-created', 'created by CloudFormation StackSets'],
];

/**
 * Tells roles of AWS, of people and of machines apart. IAM keeps the paths of AWS for AWS, but anyone may create a role of any name: a name counts only if services and other accounts, of the
 * organization if it is known, are all that can assume the role, as with those that AWS creates.
 */
export function kindOfRole({ path, name }: Pick<RoleEntity, 'path' | 'name'>, callers: readonly Caller[], organization?: ReadonlySet<string>): Kind {
  const isPlausible = callers.every(({ kind, otherAccount }) => kind === 'service'
    || (['account', 'role'].includes(kind) && otherAccount !== undefined && (organization === undefined || organization.has(otherAccount))));
  const ofAws = OF_AWS.find(([where, form]) => (where === 'path' ? form.test(path) : form.test(name) && isPlausible));
  if (ofAws !== undefined) {
    return { kind: ofAws[2], because: ofAws[3] };
  }
  const people = callers.filter(({ kind }) => kind === 'people');
  return callers.length > 0 && people.length === callers.length
    ? { kind: 'human', because: `only people can assume it: ${people.map(({ name: who }) => who).join(', ')}` }
    : { kind: 'machine', because: people.length === 0 ? 'no person can assume it by its trust policy' : 'machines can assume it, and people too' };
}

/** A user with a password for the console is a person, unless its report is missing. */
export function kindOfUser({ name }: Pick<UserEntity, 'name'>, report: ReportedUser | undefined): Kind {
  return report?.hasPassword === true ? { kind: 'human', because: 'it has a password for the console' }
    : { kind: 'machine', because: report === undefined ? `the credential report does not have ${name} yet` : 'it has no password for the console' };
}
