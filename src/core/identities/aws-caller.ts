import { Caller } from './caller';
import { conditionValues } from './conditions';
import { Statement } from './statement';
import { vendorOf } from './vendors';

/** Where a role is, as far as it says who its callers are. */
export interface Surroundings {
  readonly account: string;
  /** The accounts of the organization, if they are known. */
  readonly organization?: ReadonlySet<string>;
  /** ARNs of users who are people. */
  readonly people?: ReadonlySet<string>;
}

/** Keys that say of which account or organization a principal must be, with the forms that name one. Each value must: one that does not opens the role. */
const OWNERS: readonly [key: string, form: RegExp][] = [
  ['aws:PrincipalArn', /^arn:[^:]*:(?:iam|sts)::\d{12}:/],
  ['aws:PrincipalAccount', /^\d{12}$/],
  ['aws:PrincipalOrgID', /^o-[a-z0-9]+$/],
  ['aws:PrincipalOrgPaths', /^o-[a-z0-9]+\//],
];
/** What keeps a vendor from acting for another customer of its own. An external id of wildcards only is any. */
const LIMITS: typeof OWNERS = [['sts:ExternalId', /[^*?]/], ...OWNERS.filter(([key]) => key.startsWith('aws:PrincipalOrg'))];
const OF_IDENTITY_CENTER = /^(?:arn:[^:]*:iam::\d{12}:)?role\/aws-reserved\/sso\.amazonaws\.com\/(?:.*\/)?/;

/** A caller with credentials of AWS, or with those of its service of people. */
export function awsCaller(value: string, statement: Statement, { account, organization, people }: Surroundings): Caller {
  const arns = conditionValues(statement, 'aws:PrincipalArn');
  const sets = arns.filter((arn) => OF_IDENTITY_CENTER.test(arn));
  if (sets.length > 0 && sets.length === arns.length) {
    return identityCenter(sets);
  }
  if (value === '*') {
    const limits = OWNERS.map(([key, form]) => conditionValues(statement, key).map((one) => ({ one, fits: form.test(one) })))
      .find((values) => values.length > 0 && values.every(({ fits }) => fits));
    return limits === undefined ? { kind: 'anyone', name: 'anyone', weakness: 'anyone' } : { kind: 'account', name: `principals of ${limits.map(({ one }) => one).join(', ')}` };
  }
  const arn = /^arn:[^:]*:(?:iam|sts)::(\d{12}):(.+)$/.exec(value);
  const owner = arn?.[1] ?? (/^\d{12}$/.test(value) ? value : undefined);
  if (owner === undefined) {
    // IAM puts the id of a deleted principal in the place of its ARN.
    return /^A[A-Z0-9]{15,}$/.test(value) ? { kind: 'deleted', name: `deleted principal ${value}` } : { kind: 'unreadable', name: value };
  }
  const demands = (key: string, form: RegExp): boolean => {
    const values = conditionValues(statement, key);
    return values.length > 0 && values.every((one) => form.test(one));
  };
  const isLimited = organization?.has(owner) === true || LIMITS.some(([key, form]) => demands(key, form));
  const named = arns.length > 0 && sets.length === 0 && arns.every((one) => one.split(':').slice(2).join(':').startsWith(`iam::${owner}:role/`)) ? arns.map((one) => one.split(':role/')[1]) : [];
  const foreign = owner === account ? {} : {
    otherAccount: owner,
    ...(isLimited ? {} : { weakness: 'no-external-id' as const }),
  };
  const resource = arn?.[2] ?? 'root';
  const vendor = vendorOf(owner);
  const where = owner === account ? '' : ` in account ${owner}`;
  if (vendor !== undefined) {
    return { kind: 'vendor', name: `${vendor} (${owner})`, ...foreign };
  }
  const mfa = demands('aws:MultiFactorAuthPresent', /^true$/i) || conditionValues(statement, 'aws:MultiFactorAuthAge').length > 0;
  const withMfa = mfa ? ' with MFA' : '';
  // The account, narrowed to roles of it by their names, is what the CDK and AWS advise for a role that does not exist yet.
  if (resource === 'root' && !mfa && named.length > 0 && named.every((one) => /^[\w+=,.@/-]*[A-Za-z0-9]/.test(one))) {
    return { kind: 'role', name: `role ${named.join(', ')}${where}`, ...foreign };
  }
  if (resource === 'root') {
    return { kind: mfa ? 'people' : 'account', name: `${owner === account ? 'this account' : `account ${owner}`}${withMfa}`, ...foreign };
  }
  if (OF_IDENTITY_CENTER.test(resource)) {
    return { ...identityCenter([resource]), ...foreign };
  }
  const [kind, ...path] = resource.split('/');
  if (kind === 'assumed-role') {
    return { kind: 'role', name: `role ${path[0]}, session ${path.at(-1)}${where}`, ...foreign };
  }
  const isPerson = kind === 'user' && (mfa || people?.has(value) === true);
  return { kind: isPerson ? 'people' : kind === 'user' ? 'user' : 'role', name: `${kind} ${path.at(-1)}${withMfa}${where}`, ...foreign };
}

function identityCenter(sets: readonly string[]): Caller {
  return { kind: 'people', name: `people by IAM Identity Center: ${sets.map((arn) => arn.replace(OF_IDENTITY_CENTER, '')).join(', ')}` };
}
