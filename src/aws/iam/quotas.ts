import { isRecord } from './statement';

/** An AWS limit that a template can exceed. */
interface Quota {
  readonly limit: number;
  readonly counts: string;
  readonly source: string;
}

const IAM_QUOTAS = 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html';
const CLOUDFORMATION_QUOTAS = 'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html';

/** Default limits of every account. Some can be raised on request. */
export const QUOTAS = {
  managedPolicySize: { limit: 6_144, counts: 'characters of a managed policy, without whitespace', source: IAM_QUOTAS },
  inlinePoliciesSize: { limit: 10_240, counts: 'characters of all inline policies of a role, without whitespace', source: IAM_QUOTAS },
  trustPolicySize: { limit: 2_048, counts: 'characters of a trust policy, without whitespace', source: IAM_QUOTAS },
  managedPoliciesPerRole: { limit: 10, counts: 'managed policies attached to a role', source: IAM_QUOTAS },
  roleNameLength: { limit: 64, counts: 'characters of a role\'s name', source: IAM_QUOTAS },
  organizationPolicySize: { limit: 5_120, counts: 'characters of a service control policy or a resource control policy', source: 'https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html' },
  resourcesPerStack: { limit: 500, counts: 'resources of a stack', source: CLOUDFORMATION_QUOTAS },
  templateSize: { limit: 1_000_000, counts: 'bytes of a template', source: CLOUDFORMATION_QUOTAS },
} as const satisfies Record<string, Quota>;

/** The longest value of each pseudo parameter. */
const LONGEST = new Map([
  ['AWS::AccountId', 12],
  ['AWS::NoValue', 0],
  ['AWS::Partition', 'aws-us-gov'.length],
  ['AWS::Region', 'ap-southeast-1'.length],
  ['AWS::URLSuffix', 'amazonaws.com.cn'.length],
]);

/** Assumed length of any other intrinsic. Most ARNs are shorter, including those of generated names. */
const UNKNOWN_LENGTH = 128;

/**
 * The size of a policy as IAM counts it: the characters of its JSON without whitespace. The document must be resolved. Intrinsics count with their
 * likely longest value, so that a policy that fits here fits on AWS.
 */
export function policySizeOf(document: unknown): number {
  return (JSON.stringify(filled(document)) ?? '').replace(/\s/g, '').length;
}

function filled(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(filled);
  }
  if (!isRecord(value)) {
    return value;
  }
  const [[name, argument] = [], ...others] = Object.entries(value);
  if (others.length > 0 || name === undefined || !(name === 'Ref' || name.startsWith('Fn::'))) {
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, filled(part)]));
  }
  if (name === 'Ref') {
    return filler(LONGEST.get(String(argument)) ?? UNKNOWN_LENGTH);
  }
  if (name === 'Fn::Join' && Array.isArray(argument) && Array.isArray(argument[1])) {
    return argument[1].map((part) => flat(filled(part))).join(String(argument[0]));
  }
  if (name === 'Fn::Sub') {
    return substituted(argument);
  }
  if (name === 'Fn::If' && Array.isArray(argument)) {
    return argument.slice(1).map(filled).reduce((one, other) => (policySizeOf(one) >= policySizeOf(other) ? one : other), '');
  }
  return filler(UNKNOWN_LENGTH);
}

function substituted(argument: unknown): string {
  const [template, variables] = Array.isArray(argument) ? argument : [argument, {}];
  return String(template).replace(/\$\{([^}]*)\}/g, (all, variable: string) => {
    if (variable.startsWith('!')) {
      return all;
    }
    return isRecord(variables) && Object.hasOwn(variables, variable)
      ? flat(filled(variables[variable]))
      : filler(LONGEST.get(variable) ?? UNKNOWN_LENGTH);
  });
}

function flat(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function filler(length: number): string {
  return '_'.repeat(length);
}
