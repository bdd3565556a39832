import { LifecycleEvent, eventNameOf } from '../../src/core/lifecycle-event';

/** What the events say of something, and which of them says it. */
export interface Said {
  readonly value: string;
  readonly at: number;
}

export const NONE = 'none';

/** Digests of the principal's own parts: they change with each move, and the event of the move does not say to what. */
export const OWN_PARTS = ['access policy', 'guards'];

/** What a placement's events determine of its state. */
export interface ToldFacts {
  readonly facts: ReadonlyMap<string, Said>;
  /** When the agent joined last. */
  readonly joined?: Said;
  /** Digests by part of what the agent may do, and fields of its sponsor; absent while no event has told all of them. */
  readonly access?: ReadonlyMap<string, Said>;
  readonly sponsor?: ReadonlyMap<string, Said>;
  /** Whether the digests of the own parts are those of the present principal. */
  readonly ownParts: boolean;
  /** ARN of each principal, by its id. */
  readonly arns: ReadonlyMap<string, Said>;
  readonly retired: ReadonlyMap<string, Said>;
  /** The suspension that no event has lifted since. */
  readonly suspension?: Said;
  /** What reviews deny, as a list. */
  readonly reduced?: Said;
  /** Who was named as delegate, by address: until when and by whom. */
  readonly delegations: ReadonlyMap<string, Said>;
}

/** How an agent begins. */
const BEGUN = ['joined', 'adopted'];
const PLACED = [...BEGUN, 'moved', 'move-undone'];

/** An event as it is stored. Its author may have written anything. */
interface Reading {
  readonly name: string;
  readonly at: number;
  readonly time: string;
  readonly uid?: string;
  readonly arn?: string;
  readonly stage?: string;
  readonly sponsor?: string;
  readonly actor?: string;
  readonly details: Readonly<Record<string, unknown>>;
}

export function toldBy(events: readonly LifecycleEvent[]): ToldFacts {
  const [facts, arns, retired, delegations] = [new Map<string, Said>(), new Map<string, Said>(), new Map<string, Said>(), new Map<string, Said>()];
  let [access, sponsor]: [Map<string, Said>?, Map<string, Said>?] = [];
  let ownParts = false;
  let [suspension, reduced, joined]: [Said?, Said?, Said?] = [];
  events.map(readingOf).forEach(({ name, at, time, uid, arn, stage, sponsor: sponsorId, actor, details }) => {
    const says = (into: Map<string, Said> | undefined, key: string | undefined, value: unknown): void => {
      if (key !== undefined && typeof value === 'string' && value !== into?.get(key)?.value) {
        into?.set(key, { value, at });
      }
    };
    says(facts, 'sponsor', sponsorId);
    says(arns, uid, arn);
    if (PLACED.includes(name)) {
      says(facts, 'status', 'not left');
      says(facts, 'stage', stage);
      says(facts, 'present principal', uid);
      says(facts, 'owner', details.owner);
      says(facts, 'declared transfer', typeof details.owner === 'string' ? details.transferTo ?? NONE : undefined);
      ownParts = BEGUN.includes(name);
      OWN_PARTS.forEach((part) => access?.delete(part));
    }
    switch (name) {
      case 'joined':
      case 'adopted':
        says(facts, 'end', details.expires);
        says(facts, 'certified end', details.certifiedUntil ?? NONE);
        says(facts, 'purpose', details.purpose);
        access = details.access === undefined ? undefined : new Map();
        sponsor = details.sponsor === undefined ? undefined : new Map();
        Object.entries(recordOf(details.access)).forEach(([part, digest]) => says(access, part, digest));
        Object.entries(recordOf(details.sponsor)).forEach(([field, value]) => says(sponsor, field, value));
        break;
      case 'expiry-changed':
        says(facts, 'end', details.to);
        says(facts, 'certified end', details.untilCertified === false ? NONE : details.certifiedUntil);
        break;
      case 'purpose-changed': says(facts, 'purpose', details.to); break;
      case 'access-changed': Object.entries(recordOf(details.changed)).forEach(([part, change]) => says(access, part, recordOf(change).to)); break;
      case 'sponsor-changed':
        Object.entries(recordOf(details.changed)).forEach(([field, change]) => says(sponsor, field, recordOf(change).to));
        says(facts, 'succession', details.tookOver === undefined ? undefined : NONE);
        break;
      // It has all of who took over. Otherwise it is about the backup, or nobody took over.
      case 'sponsor-lapsed': says(facts, 'succession', details.sponsor === undefined ? undefined : successionText(recordOf(details.sponsor))); break;
      case 'renewed': says(facts, 'renewal', renewalText({ ...details, stage, by: actor })); break;
      case 'transfer-offered':
        says(facts, 'owner', details.owner);
        says(facts, details.declared === true ? 'declared transfer' : 'offer', details.to === '' ? NONE : details.to);
        break;
      case 'suspended': suspension = { value: suspensionText({ reason: details.reason, by: actor }), at }; break;
      case 'resumed': suspension = undefined; break;
      case 'review-due': says(facts, 'open review', openReviewText({ id: details.review, deadline: details.deadline })); break;
      case 'certified':
        says(facts, 'open review', NONE);
        says(facts, 'certification', details.certifiedAt);
        says(facts, 'certified end', details.certifiedUntil);
        break;
      case 'approval-requested':
      case 'approved':
      case 'approval-declined': says(facts, 'approval', approvalText({ digest: details.digest, approvals: listText(details.approvals), isDeclined: name === 'approval-declined' })); break;
      case 'approval-used': says(facts, 'approval', NONE); break;
      case 'reduced': reduced = { value: listText(details.deniedNow), at }; break;
      case 'reviews-delegated': says(delegations, textOf(details.to), details.until === undefined ? NONE : delegationText({ until: details.until, by: details.by })); break;
      case 'principal-retired': says(retired, uid, 'retired'); break;
      case 'expired': says(facts, 'torn down end', details.end); break;
      case 'left':
      case 'released': says(facts, 'status', 'left'); break;
    }
    const [begins, ends] = [BEGUN.includes(name), name === 'left' || name === 'released'];
    if (begins || ends || name === 'moved') {
      says(facts, 'offer', NONE);
    }
    if (begins || ends) {
      says(facts, 'approval', NONE);
      says(facts, 'renewal', NONE);
    }
    if (begins) {
      joined = { value: time, at };
      delegations.clear();
      says(facts, 'open review', NONE);
      says(facts, 'certification', NONE);
      says(facts, 'torn down end', NONE);
      says(facts, 'succession', NONE);
    }
  });
  return {
    facts,
    ownParts,
    arns,
    retired,
    delegations,
    ...(joined === undefined ? {} : { joined }),
    ...(access === undefined ? {} : { access }),
    ...(sponsor === undefined ? {} : { sponsor }),
    ...(suspension === undefined ? {} : { suspension }),
    ...(reduced === undefined ? {} : { reduced }),
  };
}

export function renewalText({ until, stage, reason, by, deployBy }: Readonly<Record<'until' | 'stage' | 'reason' | 'by' | 'deployBy', unknown>> | Readonly<Record<string, unknown>>): string {
  return `until ${String(until)} in ${String(stage)} by ${String(by)}, to be deployed by ${String(deployBy)}: ${String(reason)}`;
}

/** The fields of who took over, in one order. */
export function successionText(sponsor: Readonly<Record<string, unknown>>): string {
  return Object.entries(sponsor).map(([field, value]) => `${field} ${String(value)}`).sort().join(', ');
}

export function suspensionText({ reason, by }: { readonly reason?: unknown; readonly by?: unknown }): string {
  return `by ${String(by)}: ${String(reason)}`;
}

export function approvalText(
  { digest, approvals, isDeclined }: { readonly digest?: unknown; readonly approvals: string; readonly isDeclined: boolean },
): string {
  return `of ${String(digest)}: ${isDeclined ? 'declined' : approvals === '' ? 'not given' : approvals}`;
}

export function openReviewText({ id, deadline }: { readonly id?: unknown; readonly deadline?: unknown }): string {
  return `of ${String(id)} until ${String(deadline)}`;
}

export function delegationText({ until, by }: { readonly until: unknown; readonly by: unknown }): string {
  return `until ${String(until)} by ${String(by)}`;
}

function listText(value: unknown): string {
  return Array.isArray(value) ? value.map(String).join(', ') : '';
}

function readingOf(event: unknown, at: number): Reading {
  const { type, time, data } = recordOf(event);
  const { entity, unmapped, actor } = recordOf(data);
  const { uid, data: principal } = recordOf(entity);
  const { stage, sponsor, details } = recordOf(unmapped);
  return {
    name: eventNameOf(String(type)) ?? '',
    at,
    time: String(time),
    uid: textOf(uid),
    arn: textOf(recordOf(principal).arn),
    stage: textOf(stage),
    sponsor: textOf(sponsor),
    actor: textOf(recordOf(actor).app_uid),
    details: recordOf(details),
  };
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? value as Record<string, unknown> : {};
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
