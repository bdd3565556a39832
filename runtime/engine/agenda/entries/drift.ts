import { AddedPolicies, Drift, DriftLook, DriftRecord, FoundDrift, SeenPrincipal } from '../../../model/drift';
import { driftOf, PlacementState } from '../../../model/placement-state';
import { NOTHING_TO_DO, Plan, PlannedEvent } from '../../../model/plan';
import { AGAIN_AFTER_MS, baselineAfter, declarationOf, driftOfMissing, driftOfPrincipal, isComparable, isNews, nextCheck, SETTLES_MS } from '../drift';
import { AgendaEntry, AttendContext } from '../entry';
import { instantAt, laterOf } from '../instants';

/** Compares the present principal with what the last deployment made of it, soon after each deployment and then regularly. Notifies each finding once. */
export const driftCheck: AgendaEntry = {
  reason: 'drift',
  removes: false,
  observes: 'drift',
  dueAt: (state, { driftCheckSeconds }) => {
    const { agenda: { drift } = {}, changedAt, joinedAt } = state;
    if (driftCheckSeconds === undefined || !isComparable(state)) {
      return undefined;
    }
    return drift?.declaration === declarationOf(state) ? drift.checkAt : instantAt(Date.parse(changedAt ?? joinedAt) + SETTLES_MS);
  },
  plan: (state, _request, context) => checked(state, context),
};

/** Removes policies that were added by hand, after they were notified, if the registry says so. */
export const driftRemove: AgendaEntry = {
  reason: 'drift-remove',
  removes: false,
  observes: 'drift',
  dueAt: (state, { driftCheckSeconds, removeDrift }) => {
    const found = driftOf(state);
    const { drift } = state.agenda ?? {};
    return driftCheckSeconds === undefined || removeDrift !== true || !isComparable(state) || found === undefined || isNone(found.removable)
      ? undefined
      : laterOf(instantAt(Date.parse(found.since)), drift?.removeAgainAt);
  },
  // Only what was notified is removed, and only if nothing has changed since.
  plan: (state, _request, context) => {
    const [before, record] = [driftOf(state)!, recordAfter(state, context)];
    return record?.found === undefined || record.found.digest !== before.digest
      ? checked(state, context, true)
      : { ...NOTHING_TO_DO, transition: 'attend', clean: before.removable };
  },
};

/** @param removing the check precedes a removal, so that the removal waits as well if nothing could be seen */
function checked(state: PlacementState, context: AttendContext, removing = false): Plan {
  const { agenda } = state;
  const record = recordAfter(state, context);
  if (record === undefined) {
    return attended(state, { ...unseen(state, context), ...(removing ? { removeAgainAt: again(context) } : {}) });
  }
  const before = driftOf(state);
  const { found } = record;
  return {
    ...NOTHING_TO_DO,
    transition: 'attend',
    change: { agenda: { ...agenda, drift: record } },
    ...(context.drift.kind === 'seen' && context.drift.principal.reduction !== undefined ? { reduce: [state.present] } : {}),
    events: found !== undefined && isNews(found, before) ? [told(state, found, context)] : [],
  };
}

/** The record after a check. Undefined if the check saw nothing: then all stays as it is. */
function recordAfter(state: PlacementState, context: AttendContext): DriftRecord | undefined {
  const { present, agenda: { drift: before } = {} } = state;
  const { drift: look, now, settings: { driftCheckSeconds = 0 } } = context;
  const next = { roleId: present, declaration: declarationOf(state), checkAt: nextCheck(state, driftCheckSeconds, now) };
  if (look.kind === 'missing') {
    const { baseline, profiles } = before?.roleId === present ? before : {} as Partial<DriftRecord>;
    return { ...next, baseline, profiles, found: foundAfter(state, driftOfMissing(state), { inline: [], attached: [] }, now) };
  }
  if (look.kind !== 'seen') {
    return undefined;
  }
  const { principal } = look;
  const baseline = baselineAfter(before, present, principal.parts);
  const profiles = (before?.roleId === present ? before.profiles : undefined) ?? principal.profiles.slice(0, MOST_PROFILES);
  const drift = driftOfPrincipal(state, principal, baseline, profiles);
  const found = drift === undefined ? {} : { found: foundAfter(state, drift, removableOf(principal), now) };
  return { ...next, baseline, profiles, ...found, ...waiting(before, drift) };
}

const MOST_PROFILES = 20;
const MOST_REMOVED = 20;

/** What could not be removed is tried again only after a while, unless the finding is another one. */
function waiting(before: DriftRecord | undefined, drift: Drift | undefined): Pick<DriftRecord, 'removeAgainAt'> {
  return before?.removeAgainAt === undefined || before.found?.digest !== drift?.digest ? {} : { removeAgainAt: before.removeAgainAt };
}

/** The same finding as before keeps its beginning. */
function foundAfter(state: PlacementState, drift: Drift, removable: AddedPolicies, now: Date): FoundDrift {
  const before = driftOf(state);
  if (before?.digest === drift.digest) {
    return before;
  }
  return { ...drift, removable, since: before === undefined || isNews(drift, before) ? now.toISOString() : before.since };
}

function removableOf({ added: { inline, attached }, protectedNames }: SeenPrincipal): AddedPolicies {
  const free = (name: string): boolean => !protectedNames.includes(name);
  return { inline: inline.filter(free).slice(0, MOST_REMOVED), attached: attached.filter(free).slice(0, MOST_REMOVED) };
}

function told(state: PlacementState, found: FoundDrift, { now, settings }: AttendContext): PlannedEvent {
  const { declared: { stage, sponsor }, present, placement: { agentName } } = state;
  const { appeared, vanished, changed, omitted, digest, removable } = found;
  const removes = settings.removeDrift === true && !isNone(removable);
  return {
    name: 'drift-found',
    stage,
    roleId: present,
    details: {
      appeared,
      vanished,
      changed,
      omitted,
      digest,
      sponsor: sponsor.accountableEmail,
      backup: sponsor.backupEmail,
      advice: removes
        ? 'policies that were added by hand are removed with the next sweep: find out who added them; declare in the code what is needed'
        : `find out who changed the role of agent ${agentName}: declare in the code what is needed and deploy, or undo it; if nobody knows, run \`nhi suspend ${agentName}\``,
    },
    // The same finding may come back after it was undone.
    key: `drift-found/${present}/${digest}/${now.toISOString()}`,
  };
}

function unseen(state: PlacementState, context: AttendContext): DriftRecord {
  const { agenda: { drift } = {}, present } = state;
  const same = drift?.roleId === present ? drift : undefined;
  return { ...same, roleId: present, declaration: declarationOf(state), checkAt: again(context) };
}

function again({ now, drift }: Pick<AttendContext, 'now' | 'drift'>): string {
  return instantAt(now.getTime() + (isSettling(drift) ? SETTLES_MS : AGAIN_AFTER_MS));
}

function isSettling(look: DriftLook): boolean {
  return look.kind === 'deploying' && look.settles;
}

function attended({ agenda }: PlacementState, drift: DriftRecord): Plan {
  return { ...NOTHING_TO_DO, transition: 'attend', change: { agenda: { ...agenda, drift } } };
}

function isNone({ inline, attached }: AddedPolicies): boolean {
  return inline.length + attached.length === 0;
}
