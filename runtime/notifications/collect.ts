import * as z from 'zod';
import { dependantsTold, noticesForDependants, withDependants } from './dependants';
import { Notifier } from './notifier';
import { recipientsOf } from './recipients';
import { isTold } from './templates';
import { ORPHAN_ROLE_TYPE, SWEEP_HELD_TYPE } from '../../src/contract/registry-events';
import { JsonValue } from '../../src/core/canonical-json';
import { eventNameOf, Placement } from '../../src/core/lifecycle-event';
import { Notice, NoticeFacts } from '../model/notice';
import { everJoined } from '../model/placement-state';
import { occurrenceOf, registryEventId } from '../model/registry-event';
import { accountableFor, peopleOf, sponsorOf } from '../model/sponsor-of';

const PLACEMENT = /^(\d{12})\/([a-z0-9-]{1,64})$/;
/** Agents of a held sweep that a notice names. */
const SHOWN = 20;

/** An event as EventBridge delivers it. Only what identifies it is read: everything else comes from the ledger. */
export const busEvent = z.object({
  detail: z.object({
    id: z.string().regex(/^[0-9a-f]{32}$/),
    type: z.string(),
    subject: z.string(),
    time: z.iso.datetime(),
    sequence: z.string().regex(/^\d{12}$/).optional(),
    data: z.object({ digest: z.string().regex(/^[0-9a-f]{64}$/).optional(), allowed: z.number().optional(), roleId: z.string().regex(/^[A-Z0-9]{1,128}$/).optional() }).optional(),
  }),
});

type Detail = z.infer<typeof busEvent>['detail'];

/** What follows from an event. */
interface Collected {
  readonly notices: readonly Notice[];
  /** People on whose list of what waits for them the agent is, besides those whose notices ask them. */
  readonly asked?: readonly string[];
}

const NOTHING: Collected = { notices: [] };

/** Events about the registry, not about one agent. */
const ABOUT_REGISTRY: Readonly<Record<string, typeof noticesOfAgent | undefined>> = {
  [SWEEP_HELD_TYPE]: noticesOfSweep, [ORPHAN_ROLE_TYPE]: noticesOfOrphan,
};

/**
 * Stores a notice for each person whom an event concerns. Any principal that may write to the bus could forge an event, so it is looked up in the ledger, and its
 * content is taken from there.
 */
export async function collect(notifier: Notifier, detail: Detail): Promise<void> {
  const { notices, asked } = await (ABOUT_REGISTRY[detail.type] ?? noticesOfAgent)(notifier, detail);
  if (notices.length > 0) {
    await notifier.notices.collect(detail.id, notices, notifier.now(), asked);
  }
}

async function noticesOfAgent(notifier: Notifier, { id, type, subject, sequence }: Detail): Promise<Collected> {
  const { registry, settings, ledger, warn } = notifier;
  const name = eventNameOf(type);
  const [, account, agentName] = PLACEMENT.exec(subject) ?? [];
  if (name === undefined || !isTold(name) || account === undefined || sequence === undefined) {
    return NOTHING;
  }
  const placement: Placement = { account, agentName };
  const [event, state] = await Promise.all([ledger.event(placement, Number(sequence)), ledger.state(placement)]);
  const asked = state?.approval;
  const accountable = name === 'approval-requested' && asked !== undefined ? accountableFor(state, asked) : everJoined(state);
  if (event?.id !== id || event.type !== type || accountable === undefined) {
    warn('the ledger has no such event', { id, subject });
    return NOTHING;
  }
  const { stage = '', details = {} } = event.data.unmapped as { readonly stage?: string; readonly details?: NoticeFacts['details'] };
  const facts: NoticeFacts = { kind: name, registry, account, agentName, stage, time: event.time, details };
  const sponsor = sponsorOf(accountable);
  const dependants = await dependantsTold(notifier, facts, accountable);
  const all = withDependants(facts, dependants);
  const own = recipientsOf(facts, sponsor, settings.operators).map((recipient): Notice => ({ ...recipient, eventId: id, facts: all }));
  return {
    notices: [...own, ...noticesForDependants(notifier, id, facts, accountable, dependants, own)],
    // The backup may approve too, and is mailed only if the sponsor can't approve alone.
    asked: name === 'approval-requested' ? peopleOf(sponsor) : [],
  };
}

async function noticesOfSweep(notifier: Notifier, { id, subject, time, data: { digest = '', allowed = 0 } = {} }: Detail): Promise<Collected> {
  const { registry, settings, sweeps, warn } = notifier;
  // Returns nothing unless the stored list has that digest.
  const lines = id === registryEventId(registry, subject, SWEEP_HELD_TYPE, occurrenceOf({ digest, at: time })) ? await sweeps.list(digest) : [];
  if (lines.length === 0) {
    warn('the ledger has no such list of a sweep', { id, digest });
    return NOTHING;
  }
  const details: Record<string, JsonValue> = { digest, allowed, agents: lines.length, first: lines.slice(0, SHOWN) };
  const facts: NoticeFacts = { kind: 'sweep-held', registry, account: subject, agentName: '', stage: '', time, details };
  return { notices: recipientsOf(facts, undefined, settings.operators).map((recipient) => ({ ...recipient, eventId: id, facts })) };
}

/** Only of an orphan that a sweep has notified or is about to: its event is sent before that is recorded. */
async function noticesOfOrphan({ registry, settings, orphans, warn }: Notifier, { id, subject, time, data: { roleId = '' } = {} }: Detail): Promise<Collected> {
  const orphan = id === registryEventId(registry, subject, ORPHAN_ROLE_TYPE, roleId) ? await orphans.orphan(roleId) : undefined;
  if (orphan === undefined) {
    warn('the ledger has no such orphan', { id, roleId });
    return NOTHING;
  }
  const { roleArn, createdAt } = orphan;
  const facts: NoticeFacts = { kind: 'orphan-role', registry, account: subject, agentName: '', stage: '', time, details: { roleId, roleArn, createdAt } };
  return { notices: recipientsOf(facts, undefined, settings.operators).map((recipient) => ({ ...recipient, eventId: id, facts })) };
}
