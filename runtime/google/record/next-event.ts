import { RecordInput } from './input';
import { GENESIS_HASH } from '../../../src/core/hash-chain';
import { createEvent, eventNameOf, LifecycleEvent, LifecycleEventName } from '../../../src/core/lifecycle-event';

/** What an event says of its agent; the chain's last one is what is known. */
interface Known {
  readonly name?: LifecycleEventName;
  readonly stage?: string;
  readonly sponsorId?: string;
  readonly expires?: string;
  readonly accountUniqueId?: string;
}

interface Entity { readonly uid?: string }
interface Unmapped { readonly stage?: string; readonly sponsor?: string; readonly details?: { readonly expires?: string } }

/** Decides, by the last event and what is deployed, what has happened; nothing if that is told already. */
export function nextEvent(last: LifecycleEvent | undefined, input: RecordInput, leaving: boolean, now: Date): LifecycleEvent | undefined {
  const known = knownFrom(last);
  const name = whatHappened(known, input, leaving);
  if (name === undefined) {
    return undefined;
  }
  const sequence = Number(last?.sequence ?? 0) + 1;
  const principalId = input.accountUniqueId ?? known.accountUniqueId;
  return createEvent({
    name,
    registry: input.registry,
    placement: { account: input.project, agentName: input.agentName },
    stage: input.stage,
    sequence,
    time: now,
    actor: input.actor,
    sponsorId: input.sponsorId,
    // What AWS calls the ARN of a principal: Google's full resource name.
    ...(principalId === undefined ? {} : { principal: { id: principalId, arn: `//iam.googleapis.com/projects/${input.project}/serviceAccounts/${input.accountEmail}` } }),
    details: { expires: input.expires, ...(name === 'moved' && known.stage !== undefined ? { from: known.stage } : {}) },
    idempotencyKey: `${name}/${sequence}`,
  }, last?.hash ?? GENESIS_HASH);
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
  const { uid: accountUniqueId } = (last.data.entity ?? {}) as Entity;
  return { name: eventNameOf(last.type), stage, sponsorId, expires: details?.expires, accountUniqueId };
}
