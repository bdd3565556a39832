import { GoogleRegistry } from './connect';
import { placementOf, unknownAgent } from './locate';
import { ShownAgent, showAgent } from './show';
import { PreparedChange } from './suspensions';
import { recordsFolder } from '../../../src/contract/google';
import { RefusedError, RetryableError } from '../../../src/core/errors';
import { LifecycleEvent } from '../../../src/core/lifecycle-event';
import { closedBy, openRevocations, RevocationRecord } from '../../model/revocation';
import { confirmedEvent } from '../../model/revocation-events';
import { callerOf, namedCaller } from '../api';
import { lastIn } from '../objects';
import { accountsIn, factsOf } from '../proof/life';
import { appendEvent, eventsOf, isGone } from '../revocations/chain';
import { lastOutsideAccess, OutsideAccess, writeOutsideAccess } from '../revocations/outside-access';
import { askAll } from '../revocations/revoke';
import { settle, Settling } from '../revocations/settle';
import { publishEvent } from '../suspension/append-event';
import { declaredIn } from '../suspension/declared';

/** A person's word that access no longer exists. */
export interface GoogleConfirmation {
  /** Id of the revoker. */
  readonly revoker: string;
  /** How the person knows. */
  readonly reason: string;
}

interface Loaded {
  readonly settling: Settling;
  readonly state?: OutsideAccess;
  readonly events: readonly LifecycleEvent[];
  readonly last: LifecycleEvent;
}

/**
 * Prepares to ask third parties again about what is open, with the credentials of this machine.
 *
 * @throws InvalidInputError `AgentUnknown`, `ProjectAmbiguous`; RefusedError `NothingToRetry`
 */
export async function proposeRetryOnGoogle(
  registry: GoogleRegistry, name: string, tell: (line: string) => void,
): Promise<PreparedChange<ShownAgent>> {
  const loaded = await load(registry, name, await callerOf(registry.cloud), tell);
  const { settling: { placement: { account, agentName } }, state, last } = loaded;
  if (state?.revocations === undefined) {
    throw new RefusedError('NothingToRetry', `agent ${agentName} has no revocations: what else failed is repeated by Terraform, with the same destroy or apply`);
  }
  const open = openRevocations(state);
  return {
    will: [
      `agent ${agentName} in project ${account}${isGone(last) ? '' : ', which has not left'}: ask third parties again about its access, and record what they say`,
      ...open.map(({ revoker: { id, kind }, note = 'not tried yet' }) => `  ${id} (${kind}): ${kind === 'human' ? 'people have to revoke it: use nhi confirm' : note}`),
      ...open.length > 0 ? [] : ['  nothing is open: only what a run that died did not record is recorded'],
    ],
    make: async () => {
      const { settling, state: now, last: follows } = await unchanged(registry, loaded);
      const records = now!.revocations!;
      const isAsked = ({ confirmed, revoker }: RevocationRecord) => confirmed === undefined && revoker.kind !== 'human';
      const asked = await askAll({
        ask: registry.askThirdParty, registry: settling.registry, placement: settling.placement, now: settling.api.now, sleep: registry.cloud.sleep,
      }, records.filter(isAsked), []);
      const revocations = records.map((record) => asked.find(({ revoker }) => revoker.id === record.revoker.id) ?? record);
      await settle(settling, asked.length === 0 ? now!
        : await writeOutsideAccess(settling.api, settling, now, { by: settling.by, follows }, { ...contentOf(now!), revocations }));
      return showAgent({ ...registry, project: account }, agentName);
    },
  };
}

/**
 * Prepares to close a revocation, of a leave or of what an agent no longer declares, by the word of the person whose token is used. It is recorded as attested, never as verified.
 *
 * @throws InvalidInputError `AgentUnknown`, `ProjectAmbiguous`; RefusedError `RevocationUnknown`, `ConfirmationUnvouched`, `ConfirmationByAgent`
 */
export async function proposeConfirmationOnGoogle(
  registry: GoogleRegistry, name: string, { revoker: id, reason }: GoogleConfirmation, tell: (line: string) => void,
): Promise<PreparedChange<ShownAgent>> {
  const by = await namedCaller(registry.cloud);
  const loaded = await load(registry, name, by ?? '', tell);
  const { settling: { placement: { account, agentName } }, state, events } = loaded;
  const { record } = toConfirm(loaded, id);
  if (by === undefined) {
    throw new RefusedError('ConfirmationUnvouched', `it is not known who confirms ${id} of agent ${agentName}: Google does not name the holder of this token; use one with the scope https://www.googleapis.com/auth/userinfo.email, such as that of gcloud auth login`);
  }
  if (accountsIn(events).some(({ email }) => email === by)) {
    throw new RefusedError('ConfirmationByAgent', `${by} is an account of agent ${agentName} itself, which can't confirm that its access no longer exists: a person has to`);
  }
  return {
    will: [
      `agent ${agentName} in project ${account}: record that you, ${by}, attest that its access at ${id} no longer exists; nothing checks it again`,
      `  ${state!.revocations === undefined ? 'it is no longer declared' : `open since ${record.since}, ${record.attempts} attempts: ${record.note ?? 'not tried yet'}`}`,
    ],
    make: async () => {
      const { settling, state: now, last } = await unchanged(registry, loaded);
      const closed = closedBy(record, { at: new Date(settling.api.now()).toISOString(), by, reason, proof: 'google-account' });
      const { api } = settling;
      if (now!.revocations === undefined) {
        const { stage = '' } = factsOf(last);
        // The event first: without it nobody would know why the access is forgotten.
        const event = await appendEvent(settling, last, confirmedEvent({ declared: { stage, purpose: '' } }, closed));
        await settling.publish(event);
        const former = now!.former.filter((one) => one.id !== id);
        await writeOutsideAccess(api, settling, now, { by, follows: event }, { ...contentOf(now!), former });
      } else {
        const revocations = now!.revocations.map((one) => (one.revoker.id === id ? closed : one));
        await settle(settling, await writeOutsideAccess(api, settling, now, { by, follows: last }, { ...contentOf(now!), revocations }));
      }
      return showAgent({ ...registry, project: account }, agentName);
    },
  };
}

/** What is to be confirmed: an open revocation, or access that a living agent no longer declares. */
function toConfirm({ settling: { api, placement: { agentName } }, state }: Loaded, id: string): { readonly record: RevocationRecord } {
  const open = openRevocations(state ?? {});
  const former = state === undefined || state.revocations !== undefined ? [] : state.former;
  const revoker = former.find((one) => one.id === id);
  const record = open.find((one) => one.revoker.id === id)
    ?? (revoker === undefined ? undefined : { revoker, since: new Date(api.now()).toISOString(), attempts: 0 });
  if (record === undefined) {
    const known = [...open.map((one) => one.revoker.id), ...former.map((one) => one.id)];
    throw new RefusedError('RevocationUnknown', `agent ${agentName} has nothing to confirm at ${id}: ${known.length === 0 ? 'nothing of it is open' : `open are ${known.join(', ')}`}; see nhi show ${agentName}`);
  }
  return { record };
}

async function load(registry: GoogleRegistry, name: string, by: string, tell: (line: string) => void): Promise<Loaded> {
  const { bucket, api, cloud } = registry;
  const placement = await placementOf(registry, name);
  const { topic } = declaredIn(await lastIn<object>(api, { bucket, folder: recordsFolder(placement.account, placement.agentName) }));
  const settling = { api: cloud, bucket, placement, by, registry: '', publish: (event: LifecycleEvent) => publishEvent({ api: cloud, tell }, topic, event) };
  const [state, events] = await Promise.all([lastOutsideAccess(api, settling), eventsOf({ ...settling, api })]);
  const last = events.at(-1);
  if (last === undefined) {
    throw unknownAgent(registry, placement.agentName);
  }
  return { settling: { ...settling, registry: last.source.replace(/^\/nhi\//, '') }, ...state === undefined ? {} : { state }, events, last };
}

/** A person may take hours to reply. */
async function unchanged(registry: GoogleRegistry, { settling, state, last }: Loaded): Promise<Loaded> {
  const { placement: { account, agentName } } = settling;
  const now = await load({ ...registry, project: account }, agentName, settling.by, () => undefined);
  if (now.last.hash !== last.hash || JSON.stringify(now.state) !== JSON.stringify(state)) {
    throw new RetryableError('AgentChanged', `something else was recorded of ${agentName} meanwhile: run the same command again`);
  }
  return { ...now, settling };
}

function contentOf({ declared, former }: OutsideAccess): Pick<OutsideAccess, 'declared' | 'former'> {
  return { declared, former };
}
