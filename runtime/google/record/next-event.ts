import { RecordInput } from './input';
import { JsonValue } from '../../../src/core/canonical-json';
import { GENESIS_HASH } from '../../../src/core/hash-chain';
import { createEvent, eventNameOf, LifecycleEvent, LifecycleEventName } from '../../../src/core/lifecycle-event';
import { WrittenCertificate } from '../proof';
import { AccountSuspension, asJson, isDeparted, openedAgain, suspensionIn } from '../suspension/state';

const ACCOUNTS = '//iam.googleapis.com/';

/** An agent's state according to an event. The last event of the chain has the latest state. */
interface Known {
  readonly name?: LifecycleEventName;
  readonly stage?: string;
  readonly sponsorId?: string;
  readonly expires?: string;
  readonly accountUniqueId?: string;
  /** Full resource name of the account. */
  readonly accountName?: string;
}

interface Entity { readonly uid?: string; readonly data?: { readonly arn?: string } }
interface Unmapped { readonly stage?: string; readonly sponsor?: string; readonly details?: { readonly expires?: string } }

/**
 * Determines from the last event and the deployed state what has happened. Returns undefined if the last event already reports it.
 *
 * @param ended the certificate of the agent that leaves, and what else its event says
 */
export function nextEvent(
  last: LifecycleEvent | undefined, input: RecordInput, leaving: boolean, now: Date,
  ended?: WrittenCertificate & { readonly [detail: string]: JsonValue },
): LifecycleEvent | undefined {
  const known = knownFrom(last);
  const name = whatHappened(known, input, leaving);
  if (name === undefined) {
    return undefined;
  }
  const { stage, sponsorId, expires, accountUniqueId, accountName } = leaving ? { ...deployedOf(input), ...known } : deployedOf(input);
  const suspension = carriedSuspension(last, leaving ? undefined : accountUniqueId);
  const sequence = Number(last?.sequence ?? 0) + 1;
  return createEvent({
    name,
    registry: input.registry,
    placement: { account: input.project, agentName: input.agentName },
    stage,
    sequence,
    time: now,
    actor: input.actor,
    sponsorId,
    // Google's full resource name takes the place of a principal's ARN on AWS.
    ...(accountUniqueId === undefined ? {} : { principal: { id: accountUniqueId, arn: accountName } }),
    details: {
      expires,
      ...(name === 'moved' && known.stage !== undefined ? { from: known.stage } : {}),
      ...ended,
      // Only a person ends a suspension, so it stays, whatever a deployment does.
      ...(suspension === undefined ? {} : { suspension: asJson(suspension) }),
    },
    idempotencyKey: `${name}/${sequence}`,
  }, last?.hash ?? GENESIS_HASH);
}

/** The suspension that the next event has too. It does not count as confirmed for an account that it does not name, and does not say when that was disabled. */
function carriedSuspension(last: LifecycleEvent | undefined, deployedId: string | undefined): AccountSuspension | undefined {
  const suspension = suspensionIn(last);
  const isNamed = deployedId === undefined || suspension?.accounts.some(({ uniqueId }) => uniqueId === deployedId);
  return suspension === undefined || isNamed ? suspension : openedAgain(suspension);
}

/** Address of the account that an event names. */
export function accountEmailOf(event: LifecycleEvent | undefined): string | undefined {
  return knownFrom(event).accountName?.split('/').at(-1);
}

/** The configured state. If an agent leaves, the chain is right and the configuration may be wrong: a refused move has changed it. */
function deployedOf({ project, stage, sponsorId, expires, accountUniqueId, accountEmail }: RecordInput) {
  return { stage, sponsorId, expires, accountUniqueId, accountName: `${ACCOUNTS}projects/${project}/serviceAccounts/${accountEmail}` };
}

function whatHappened(known: Known, input: RecordInput, leaving: boolean): LifecycleEventName | undefined {
  if (leaving) {
    return known.name === undefined || known.name === 'left' ? undefined : 'left';
  }
  if (known.name === undefined || known.name === 'left') {
    return 'joined';
  }
  if (known.stage !== input.stage) {
    return 'moved';
  }
  if (known.accountUniqueId !== input.accountUniqueId) {
    return 'principal-retired';
  }
  if (known.sponsorId !== input.sponsorId) {
    return 'sponsor-changed';
  }
  return known.expires === input.expires ? undefined : 'expiry-changed';
}

function knownFrom(last: LifecycleEvent | undefined): Known {
  if (last === undefined) {
    return {};
  }
  const { stage, sponsor: sponsorId, details } = (last.data.unmapped ?? {}) as Unmapped;
  const { uid: accountUniqueId, data } = (last.data.entity ?? {}) as Entity;
  return withoutMissing({ name: isDeparted(last) ? 'left' : eventNameOf(last.type), stage, sponsorId, expires: details?.expires, accountUniqueId, accountName: data?.arn });
}

/** Drops missing parts, so that they don't replace parts of the other state. */
function withoutMissing(known: Known): Known {
  return Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined));
}
