import { GetRolePolicyCommand } from '@aws-sdk/client-iam';
import { GuardStatement, IssuedTokens, issuedTokens } from './issued-tokens';
import { ofPrincipals } from './of-principals';
import { Wiper, WiperContext, WipeTarget } from './wiper';
import { GUARD_POLICY, GuardSids } from '../../../src/contract/policy-names';
import { RegistryNames } from '../../../src/contract/registry-names';
import { isAdopted, PrincipalRef } from '../../model/placement-state';
import { Finding } from '../../wiping';
import { attachedTo, inspectPrincipal } from '../principals';
import { isGone } from '../principals/errors-of-iam';

/** Kind of a finding about tokens that outsiders accept. */
export const ISSUED_TOKEN = 'issued-token';

// A role that is assumed with a role's credentials lasts an hour at most.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html#iam-term-role-chaining
const LASTS = 'a session that the agent opened there before it was denied can last up to an hour longer (role chaining), a token as long as its service says; the registry can\'t end it';
const ANY = 'an adopted role may have opened sessions in any role that lets it in, and which is not declared; CloudTrail shows its AssumeRole calls';
const UNKNOWN = 'is not on the role any more: from then on the agent could open sessions in any role that lets it in, and which is not known; CloudTrail shows its AssumeRole calls';

const tokenNote = (seconds: number): string =>
  `a token that the agent got for this audience before it was denied is accepted up to ${seconds} seconds after it was issued: it is verified without AWS, so nobody can recall it`;

/**
 * Sessions that a principal may have opened in other roles, and tokens that it may have got for outsiders. They belong to other identities, so a Deny on the principal doesn't reach them, and they
 * are only reported. The targets are read from the principal's own guard, which lists what its Deny excludes. A principal without a guard of its own
 * has the shared guard, which excludes nothing. If the guard was removed, the targets are unknown.
 */
export const openedSessions: Wiper = {
  name: 'opened-sessions',
  ofAgent: false,
  source: 'the roles and audiences that the principal\'s own guard leaves open',
  gaps: ['whether the agent opened a session or got a token: AWS lists neither'],
  needs: [{ sid: 'ReadGuards', actions: ['iam:GetRolePolicy'], resources: ['arn:{partition}:iam::{account}:role{path}*'] }],
  list: sessionsOpenedBy,
  async wipe() {
    throw new Error('sessions in other roles are never wiped');
  },
};

export function sessionsOpenedBy(context: WiperContext, target: Pick<WipeTarget, 'principals' | 'delegates'>): Promise<Finding[]> {
  return ofPrincipals(context, target, async (principal) => {
    if (isAdopted(principal)) {
      return [finding(principal, 'guard', 'none', ANY)];
    }
    const { open, tokens = [], missing } = await (principal.ownGuard ? ofOwnGuard(context, principal) : ofSharedGuard(context, principal));
    // The sessions of delegates are denied by their own roles.
    const others = open.filter((arn) => !target.delegates.some(({ roleArn }) => roleArn === arn));
    return [
      ...others.map((arn) => finding(principal, 'opened-session', arn, LASTS)),
      ...tokens.map(({ audience, seconds }) => finding(principal, ISSUED_TOKEN, audience, tokenNote(seconds))),
      ...(missing === undefined ? [] : [finding(principal, 'guard', missing, `the guard ${missing} ${UNKNOWN}`)]),
    ];
  });
}

interface Openness {
  /** Targets in which sessions may be open. */
  readonly open: readonly string[];
  readonly tokens?: readonly IssuedTokens[];
  /** Name of the guard that is missing. */
  readonly missing?: string;
}

async function ofSharedGuard(context: WiperContext, { roleName }: PrincipalRef): Promise<Openness> {
  const { registry, registryPath } = context;
  const guard = new RegistryNames(registry, registryPath).noSessionsPolicy;
  const isThere = (await attachedTo(context, roleName)).some((arn) => arn.endsWith(`:policy${registryPath}${guard}`));
  return { open: [], ...(isThere ? {} : { missing: guard }) };
}

async function ofOwnGuard(context: WiperContext, principal: PrincipalRef): Promise<Openness> {
  const sessions = GuardSids.SESSIONS;
  const guard = await statementsOf(context, principal);
  const denying = guard.filter(({ Effect: effect, Sid: sid = '' }) => effect === 'Deny' && sessions.includes(sid));
  if (denying.length === 0) {
    return { open: [], missing: GUARD_POLICY };
  }
  const sids = denying.map(({ Sid: sid = '' }) => sid);
  const open = denying.flatMap(({ Sid: sid = '', NotResource: spared = [], Action: actions = [] }) => {
    const opening = sessions.openingOf(sid);
    // An exception on every resource names no target.
    const everywhere = opening !== undefined && !sids.includes(sessions.butExcepted(opening));
    return [spared, everywhere ? actions : []].flat();
  });
  return { open: [...new Set(open)].sort(), tokens: issuedTokens(guard) };
}

async function statementsOf(context: WiperContext, principal: PrincipalRef): Promise<GuardStatement[]> {
  try {
    const { PolicyDocument: document = '' } = await context.iam.send(new GetRolePolicyCommand({ RoleName: principal.roleName, PolicyName: GUARD_POLICY }));
    const { Statement: statements = [] } = JSON.parse(decodeURIComponent(document) || '{}') as { Statement?: GuardStatement | GuardStatement[] };
    return [statements].flat();
  } catch (error) {
    // IAM returns the same error for a deleted role. A deleted role has no sessions.
    if (isGone(error) && (await inspectPrincipal(context, principal)).present) {
      return [];
    }
    throw error;
  }
}

function finding({ roleName }: PrincipalRef, kind: string, what: string, note: string): Finding {
  return { wiper: 'opened-sessions', kind, id: `role/${roleName}/${kind}/${what}`, actedOn: false, note };
}
