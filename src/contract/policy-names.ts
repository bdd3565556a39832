import { roleName } from './role-names';

/** Inline policy with a principal's access. CloudFormation deletes it before it asks the engine to retire the principal. */
export const ACCESS_POLICY = 'access';

/**
 * Managed policies of a principal that continue its access. IAM attaches ten managed policies to a role: three are guards, and a suspension attaches one that denies everything.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
export const MOST_ACCESS_PARTS = 6;

/** Name of one of them, in the path of the registry. The first has the number 1. The names have a form of their own where those of roles are generated: the registry must know them. */
export function accessPartName({ agentName, stageName, roleName: named }: NamedPrincipal, number: number): string {
  return `${named ?? roleName('', agentName, stageName)}-access-${number}`;
}

interface NamedPrincipal {
  readonly agentName: string;
  readonly stageName: string;
  /** Absent if CloudFormation generates the name. */
  readonly roleName?: string;
}

/** Inline guard of a principal that declares other identities to assume or to pass. */
export const GUARD_POLICY = 'guard';

/**
 * Sids of the statements by which a guard denies other identities and changes of stacks. Where exceptions exclude actions from the Deny, each such opening has a number of
 * its own. The first has none.
 */
export class GuardSids {
  public static readonly SESSIONS = new GuardSids('DenySessions');
  public static readonly PASS_ROLE = new GuardSids('DenyPassRole');
  public static readonly STACKS = new GuardSids('DenyStackChanges');

  private constructor(
    /** Sid of the statement without exceptions. */
    public readonly closed: string,
  ) {}

  /** Sid of the statement that denies an opening's actions again after its end. */
  public afterException(opening: number): string {
    return `${this.closed}AfterException${numbered(opening)}`;
  }

  /** Sid of the statement that denies an opening's actions on all other resources. */
  public butExcepted(opening: number): string {
    return `${this.closed}ButExcepted${numbered(opening)}`;
  }

  /** Returns the number of the opening that the statement with this Sid ends. */
  public openingOf(sid: string): number | undefined {
    const [, number] = new RegExp(`^${this.closed}AfterException(\\d*)$`).exec(sid) ?? [];
    return number === undefined ? undefined : Number(number || 1);
  }

  /** Whether a statement's Sid is one of these. */
  public includes(sid: string): boolean {
    return new RegExp(`^${this.closed}((AfterException|ButExcepted)\\d*)?$`).test(sid);
  }
}

/** Sids of the statements by which a guard denies tokens of `sts:GetWebIdentityToken` but for declared audiences. The last two end in a number. */
export const TOKEN_SIDS = { audience: 'DenyTokens', duration: 'DenyLongTokens', algorithm: 'DenyTokenSignatures' } as const;

/** Sid of the statements by which a guard denies to act for users of others. It ends in a number. */
export const USER_CLAIM_SID = 'DenyUsersOfOthers';

function numbered(opening: number): string {
  return opening === 1 ? '' : String(opening);
}

/** Inline policy that the engine adds to a quarantined principal. */
export const QUARANTINE_POLICY = 'nhi-quarantine';

/** Inline policy with what a review has denied an agent. */
export const REDUCTION_POLICY = 'nhi-reduction';

/** AWS's own policy that denies every action on every resource. https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSDenyAll.html */
export function denyAllArn(partition: string): string {
  return `arn:${partition}:iam::aws:policy/AWSDenyAll`;
}
