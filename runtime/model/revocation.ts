import { createHash } from 'node:crypto';
import { costOf, withCost } from './cost-lookup';
import type { CertificateRef, Declared, PlacementState } from './placement-state';
import type { StateChange } from './plan';
import type { PageProof } from './request';
import { declaredId, maySameAccount } from './same-account';
import { ORDER_SECONDS } from '../../src/contract/orders';
import { Presence, RevokerKind, RevokerReport, RevokerSettings } from '../../src/contract/revokers';
import { canonicalJson, JsonValue } from '../../src/core/canonical-json';
import { CostRecord, CostTag, sumOfCosts } from '../../src/core/monthly-cost';

/** A declared access outside of AWS. */
export interface RevokerRecord {
  /** Unique among those of its agent. */
  readonly id: string;
  readonly kind: RevokerKind;
  readonly settings: RevokerSettings;
  /** As declared, or, of a revocation, as it was known at the leave. */
  readonly monthlyCost?: CostRecord;
  /** The tag by which the cost is looked up. */
  readonly costTag?: CostTag;
  /** A suspension deactivates the access. */
  readonly onSuspend?: true;
}

/** How it became sure that access no longer exists. */
export interface Confirmation {
  readonly at: string;
  /** ARN of the session, or mail address, of the person who says so, without a look of the registry. Absent if the registry saw it. */
  readonly by?: string;
  readonly reason?: string;
  /** How the person proved to be that. Absent for an ARN that nobody vouches for. */
  readonly proof?: ConfirmationProof;
  /** Name of the worker on premises that saw it, for the registry. */
  readonly worker?: string;
}

/** `google-account`: Google named the holder of the token. */
export type ConfirmationProof = PageProof['proof'] | 'aws-session' | 'google-account';

/** One revocation of a leave. It stays open until it is confirmed. */
export interface RevocationRecord {
  readonly revoker: RevokerRecord;
  readonly since: string;
  readonly attempts: number;
  /** When it is tried next. Absent once it is confirmed. */
  readonly tryAt?: string;
  /** The third party wants to be left alone until `tryAt`, or somebody was asked to confirm. */
  readonly waits?: true;
  /** What the first look that saw anything found. */
  readonly found?: Presence;
  readonly acted?: true;
  /** What the last attempt saw, in one line. */
  readonly note?: string;
  /** Whether an event said that it is open. */
  readonly told?: true;
  readonly confirmed?: Confirmation;
  /** Certificates that list it as open. Each is removed when its third part states how it ended. */
  readonly openIn?: readonly CertificateRef[];
  /** It was confirmed before the last leave began, which has no part in it. It stays as long as something waits for it. */
  readonly earlier?: true;
}

/** Identifies the event of a revocation that was confirmed. */
export function confirmedKey({ revoker: { id }, since }: { readonly revoker: Pick<RevokerRecord, 'id'>; readonly since: string }): string {
  return `revocation-confirmed/${id}/${since}`;
}

/** Digest of what is revoked and where, as events state it. */
export function targetDigest({ kind, settings }: RevokerRecord): string {
  return createHash('sha256').update(canonicalJson({ kind, settings: settings as never })).digest('hex');
}

type Revoking = { readonly revocations?: readonly RevocationRecord[] };

/** What is declared of access outside of the cloud, and was. */
interface Declaring extends Pick<PlacementState, 'formerRevokers'> {
  readonly declared: Pick<Declared, 'revokers'>;
}

export function openRevocations({ revocations = [] }: Revoking): RevocationRecord[] {
  return revocations.filter(({ confirmed }) => confirmed === undefined);
}

/** What a leave begins with. */
type Leaving = Declaring & Revoking & Pick<PlacementState, 'placement' | 'status' | 'agenda' | 'joinedAt'>;

/** Whether third parties have not confirmed yet that the access of an agent that left no longer exists. */
export function isRevoking(state: Revoking & Pick<PlacementState, 'status'>): boolean {
  return state.status === 'left' && openRevocations(state).length > 0;
}

/** All that an agent has or had at third parties, with what it no longer declares. */
export function revokersOf({ declared, formerRevokers = [] }: Declaring): RevokerRecord[] {
  return [...declared.revokers ?? [], ...formerRevokers];
}

/** Those of the last leave, with what is open of earlier ones. */
export function revocationsOfLeave({ revocations = [] }: Revoking): RevocationRecord[] {
  return revocations.filter(({ earlier }) => earlier !== true);
}

/** Clocks differ, and a function that an execution has asked before it died may be about to send. */
const MARGIN_SECONDS = 3_600;

/**
 * Until when what was sent may still end the access. Undefined if nothing may. An order that a person has attested may still be in the queue of its worker, sent up to the moment of the confirmation.
 */
export function mayActUntil({ revoker: { kind }, confirmed }: RevocationRecord): Date | undefined {
  return kind === 'queue' && confirmed?.by !== undefined ? new Date(Date.parse(confirmed.at) + 1000 * (ORDER_SECONDS + MARGIN_SECONDS)) : undefined;
}

/** Whether the access can still be ended: it is asked for, or an order may be carried out. */
export function mayStillAct(record: RevocationRecord, now: Date): boolean {
  return record.confirmed === undefined || (mayActUntil(record)?.getTime() ?? 0) > now.getTime();
}

/** What the state of an agent that lives again still needs: what may still act, and what a certificate waits for. */
export function stillNeeded(revocations: readonly RevocationRecord[], now: Date): RevocationRecord[] {
  return revocations.filter((record) => mayStillAct(record, now) || record.openIn !== undefined);
}

/** What is known when a leave begins, and is no part of it unless it is open. Once it has begun, what is confirmed is a part of it. */
export function knownRevocations({ status, revocations = [] }: Revoking & Pick<PlacementState, 'status'>, now: Date): RevocationRecord[] {
  return status === 'leaving' ? [...revocations] : stillNeeded(revocations, now).map(asEarlier);
}

/**
 * The revocations of a leave. What an earlier attempt of the same leave has confirmed stays confirmed. Those of an earlier life of the agent that are still open stay open, and what is still needed of
 * the others stays beside them.
 *
 * @param keeps revokers that stay in use, because the agent joins again with them
 */
export function beginRevocations(state: Leaving, now: Date, keeps: readonly RevokerRecord[] = []): RevocationRecord[] {
  const { placement: { agentName }, revocations = [] } = state;
  const known = knownRevocations(state, now);
  const own = revocationsOfLeave({ revocations: known });
  const isKept = (revoker: RevokerRecord): boolean => keeps.some((one) => maySameAccount(one, revoker, agentName));
  const isKnown = (revoker: RevokerRecord): boolean => own.some((one) => isSame(one.revoker, revoker));
  const begun = revokersOf(state).filter((revoker) => !isKept(revoker) && !isKnown(revoker));
  const taken = own.map(({ revoker }) => revoker);
  const at = laterThanAll(now, [state.joinedAt, ...revocations.map(({ since }) => since)]);
  return [...known, ...begun.map((revoker): RevocationRecord => (
    { revoker: withCost(unlike(revoker, taken), state), since: at, attempts: 0, tryAt: at }))];
}

function asEarlier(record: RevocationRecord): RevocationRecord {
  return record.confirmed === undefined ? record : { ...record, earlier: true };
}

/** An instant identifies a revocation, its order and its events, so no two leaves may share one, whatever the clocks of two processes say. */
export function laterThanAll(now: Date, instants: readonly (string | undefined)[]): string {
  const others = instants.flatMap((instant) => (instant === undefined ? [] : [Date.parse(instant) + 1]));
  return new Date(Math.max(now.getTime(), ...others)).toISOString();
}

/**
 * The revokers that a declaration drops. They stay with the agent until it leaves: what they name may still exist, and a roll-back may need it again.
 */
export function formerAfter(
  { declared: before, formerRevokers = [] }: Declaring, { revokers = [] }: Pick<Declared, 'revokers'>,
): RevokerRecord[] {
  const former: RevokerRecord[] = [];
  for (const one of [...formerRevokers, ...before.revokers ?? []]) {
    if (![...revokers, ...former].some((other) => isSame(one, other))) {
      former.push(unlike(one, [...revokers, ...former]));
    }
  }
  return former;
}

/** The part of a change to another declaration. */
export function droppingRevokers(state: Pick<PlacementState, 'declared' | 'formerRevokers'>, declared: Declared): Pick<StateChange, 'formerRevokers'> {
  const former = formerAfter(state, declared);
  return former.length === 0 ? (state.formerRevokers === undefined ? {} : { formerRevokers: null }) : { formerRevokers: former };
}

/** The record after an attempt. When it is tried next is not part of it. */
export function afterAttempt(record: RevocationRecord, { outcome, found, acted, note }: RevokerReport, now: Date): RevocationRecord {
  const { tryAt: _before, waits: _waits, ...rest } = record;
  const tried: RevocationRecord = {
    ...rest,
    attempts: record.attempts + 1,
    note,
    // What was seen first is the proof. A later attempt sees what an earlier one left.
    ...(found === undefined || isSeen(record) ? {} : { found }),
    ...(acted ? { acted } : {}),
  };
  return outcome === 'confirmed' ? { ...tried, confirmed: { at: now.toISOString() } } : tried;
}

/** Whether an attempt has found the access. */
export function isSeen({ found }: RevocationRecord): boolean {
  return found !== undefined && found !== 'absent';
}

/** The record after a person or a look has confirmed it. */
export function closedBy({ tryAt: _next, waits: _waits, ...record }: RevocationRecord, confirmed: Confirmation): RevocationRecord {
  return { ...record, confirmed };
}

/** Which access no longer exists and which is not known to be, as the event of a leave says it. */
export function revocationDetails(state: Revoking): { readonly [name: string]: JsonValue } {
  const revocations = revocationsOfLeave(state);
  const open = openRevocations(state).map(({ revoker: { id } }) => id);
  return revocations.length === 0 ? {} : {
    revoked: revocations.map(({ revoker: { id } }) => id).filter((id) => !open.includes(id)),
    revocationsOpen: open,
    noLongerPaid: noLongerPaid(state),
  };
}

/** Whether both name the same access. Its cost and its id don't matter. */
function isSame(one: RevokerRecord, other: RevokerRecord): boolean {
  return targetOf(one) === targetOf(other);
}

function targetOf({ id, kind, settings }: RevokerRecord): string {
  return canonicalJson({ kind, settings: targetSettings(kind, id, settings) as never });
}

function targetSettings(kind: RevokerKind, id: string, settings: RevokerSettings): RevokerSettings {
  // Who is asked, and in which words, may change while what is to be revoked stays the same.
  if (kind === 'human') {
    return { id: declaredId({ id }), subject: settings.subject ?? '' };
  }
  // So may the key that signs: an app's key is replaced by another key of KMS, and the former one may be deleted. No key of another app takes its place, because the client id is compared.
  const { keyArn: _key, ...others } = settings;
  return kind === 'github-app' ? others : settings;
}

/** A revoker with an id that no other one has. */
function unlike(revoker: RevokerRecord, others: readonly RevokerRecord[]): RevokerRecord {
  return others.every(({ id }) => id !== revoker.id) ? revoker
    : { ...revoker, id: `${revoker.id}~${createHash('sha256').update(targetOf(revoker)).digest('hex').slice(0, 6)}` };
}

/** What is no longer paid each month, by currency: of the access that is confirmed as gone. */
export function noLongerPaid({ revocations = [] }: Revoking): Record<string, number> {
  return sumOfCosts(revocationsOfLeave({ revocations }).filter(({ confirmed }) => confirmed !== undefined).map(({ revoker }) => revoker.monthlyCost));
}

/** How many integrations have a cost that would be looked up, and is not known. They are in no sum. */
export function unknownCosts(state: Pick<PlacementState, 'declared' | 'formerRevokers' | 'status' | 'agenda'> & Revoking): number {
  const { status } = state;
  const all = status === 'left' ? revocationsOfLeave(state).map(({ revoker }) => revoker) : revokersOf(state);
  return all.filter((revoker) => revoker.costTag !== undefined && costOf(revoker, state) === undefined).length;
}

/** What the agent's declared access costs each month, by currency. */
export function monthlyCosts(state: Pick<PlacementState, 'declared' | 'formerRevokers' | 'status' | 'agenda'> & Revoking): Record<string, number> {
  const paid = state.status === 'left' ? openRevocations(state).map(({ revoker }) => revoker) : revokersOf(state);
  return sumOfCosts(paid.map((revoker) => costOf(revoker, state)));
}
