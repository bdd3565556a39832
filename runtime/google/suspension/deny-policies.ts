import { DENIED_PERMISSIONS, namedIn } from './denied-permissions';
import { AccountSuspension } from './state';
import { shortHash } from '../../../src/contract/google';
import { Placement } from '../../../src/core/lifecycle-event';
import { ApiError, backOff, GoogleApi, isConflict, orGone } from '../api';

/** A deny policy for one account, or one identity of an engine, at one attachment point. */
export interface Denial {
  readonly attachment: string;
  readonly id: string;
  /** Who is denied, as deny policies name it. */
  readonly principal: string;
}

interface DenyRule {
  readonly deniedPrincipals?: readonly string[];
  readonly exceptionPrincipals?: readonly string[];
  readonly deniedPermissions?: readonly string[];
  readonly exceptionPermissions?: readonly string[];
  readonly denialCondition?: object;
}

interface DenyPolicy {
  readonly rules?: readonly { readonly denyRule?: DenyRule }[];
}

const AGENT_CHARACTERS = 36;
const DISPLAY_NAME_CHARACTERS = 63;

/**
 * What must be denied. The ids follow from the agent, the account and the event after which the policy is created, so a name that somebody wrote into the
 * chain leads to no other policy.
 */
export function denialsOf(
  { account, agentName }: Placement,
  { accounts, principals = [], attachments, generations }: Pick<AccountSuspension, 'accounts' | 'principals' | 'attachments' | 'generations'>,
): Denial[] {
  // https://cloud.google.com/iam/docs/principal-identifiers
  const denied = [
    ...accounts.map(({ email, uniqueId }) => ({ principal: `principal://iam.googleapis.com/projects/-/serviceAccounts/${email}`, key: uniqueId })),
    ...principals.map((principal) => ({ principal, key: principal })),
  ];
  const idOf = (key: string, generation: number) => (
    shortHash(JSON.stringify([account, agentName, key, ...generation === 0 ? [] : [generation]])));
  return denied.flatMap(({ principal, key }) => attachments.flatMap((attachment) => generations.map((generation) => (
    { attachment, principal, id: `nhi-${agentName.slice(0, AGENT_CHARACTERS)}-${idOf(key, generation)}` }))));
}

/** The name of a denial in reports. */
export function denialName({ attachment, id }: Denial): string {
  return `deny policy ${id} on ${attachment}`;
}

/**
 * Creates a deny policy. One that exists is left as it is: who suspends may not change deny policies. Google refuses a policy as a whole if it names a
 * permission that deny policies don't support, so such permissions are left out.
 */
export async function deny(api: GoogleApi, denial: Denial, agentName: string): Promise<void> {
  let permissions = DENIED_PERMISSIONS;
  for (;;) {
    const body = {
      displayName: `Suspended agent ${agentName}`.slice(0, DISPLAY_NAME_CHARACTERS),
      rules: [{ description: 'Until the agent is resumed', denyRule: { deniedPrincipals: [denial.principal], deniedPermissions: permissions } }],
    };
    try {
      await api.call({ service: 'iam', method: 'POST', path: policiesAt(denial), query: { policyId: denial.id }, body, retriesConflict: false });
      return;
    } catch (error) {
      if (isConflict(error)) {
        return;
      }
      const refused = error instanceof ApiError && error.status === 400 ? namedIn(error.message, permissions) : [];
      if (refused.length === 0 || refused.length === permissions.length) {
        throw error;
      }
      permissions = permissions.filter((permission) => !refused.includes(permission));
    }
  }
}

/** The permissions that a policy denies its principal. Empty if there is no policy, or if it has an exception or a condition. */
export async function deniedNow(api: GoogleApi, denial: Denial): Promise<readonly string[]> {
  const policy = await orGone(api.call<DenyPolicy>({ service: 'iam', method: 'GET', path: pathOf(denial) }));
  return deniedBy(policy, denial);
}

/** The same, and waits for a policy that was just created: Google creates it in the background. */
export async function deniedSoon(api: GoogleApi, denial: Denial): Promise<readonly string[]> {
  for (let failed = 1; ; failed += 1) {
    const denied = await deniedNow(api, denial);
    if (denied.length > 0 || !await backOff(api, failed)) {
      return denied;
    }
  }
}

/** Deletes a deny policy, and returns after Google shows it no more. Returns false if it is still there. */
export async function allow(api: GoogleApi, denial: Denial): Promise<boolean> {
  const call = { service: 'iam', path: pathOf(denial) } as const;
  if (await orGone(api.call({ ...call, method: 'GET' })) === undefined) {
    return true;
  }
  await orGone(api.call({ ...call, method: 'DELETE' }));
  for (let failed = 1; await orGone(api.call({ ...call, method: 'GET' })) !== undefined; failed += 1) {
    if (!await backOff(api, failed)) {
      return false;
    }
  }
  return true;
}

function deniedBy(policy: DenyPolicy | undefined, denial: Denial): readonly string[] {
  const [rule] = (policy?.rules ?? []).flatMap(({ denyRule = {} }) => (denyRule.deniedPrincipals?.includes(denial.principal) ? [denyRule] : []));
  const isWhole = rule !== undefined && rule.denialCondition === undefined
    && [rule.exceptionPrincipals, rule.exceptionPermissions].every((exceptions = []) => exceptions.length === 0);
  return isWhole ? rule.deniedPermissions ?? [] : [];
}

function policiesAt({ attachment }: Denial): string {
  return `/v2/policies/${encodeURIComponent(`cloudresourcemanager.googleapis.com/${attachment}`)}/denypolicies`;
}

function pathOf(denial: Denial): string {
  return `${policiesAt(denial)}/${denial.id}`;
}
