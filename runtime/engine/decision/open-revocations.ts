import { DecisionContext } from './context';
import { MOST_FORMER_REVOKERS } from '../../../src/contract/revokers';
import { humanTaskOf } from '../../model/human-revocation';
import { PlacementState } from '../../model/placement-state';
import { Refusal, refuse } from '../../model/plan';
import { Change, Join, LifecycleRequest } from '../../model/request';
import { mayActUntil, mayStillAct, RevocationRecord, RevokerRecord } from '../../model/revocation';
import { declaredId, maySameAccount } from '../../model/same-account';

type Declaring = LifecycleRequest<Join | Change>;

/**
 * Refuses a join while something that a leave has asked for may still end access of the new agent: an open revocation of any kind, which the registry repeats, or an order that its worker may still carry
 * out. A revocation is recorded before anything is sent, so one that is only recorded counts as sent. It does not stand in the way if the declaration names another account in its place.
 */
export function stillRevoking(
  state: PlacementState | undefined, { intent: { declared } }: Declaring, { now }: DecisionContext,
): Refusal | undefined {
  const { placement: { agentName }, status, revocations = [] } = state ?? { placement: { agentName: '' } };
  const acting = revocations.filter((record) => mayStillAct(record, now));
  const isInTheWay = ({ revoker }: RevocationRecord): boolean => !isElsewhere(revoker, declared.revokers ?? [], agentName);
  const unsettled = acting.length > MOST_FORMER_REVOKERS ? acting : acting.filter(isInTheWay);
  const how = status === 'left' ? 'has left' : `is leaving (\`nhi finish ${agentName}\` ends that)`;
  return unsettled.length === 0 ? undefined : openRefusal(agentName, how, unsettled, now);
}

/** Refuses a living agent an account that a revocation of its earlier leave may still end. What it declares already stays. */
export function revokedMeanwhile(
  state: PlacementState | undefined, { intent: { declared } }: Declaring, { now }: DecisionContext,
): Refusal | undefined {
  if (state === undefined || state.status !== 'active') {
    return undefined;
  }
  const { placement: { agentName }, revocations = [] } = state;
  const known = state.declared.revokers ?? [];
  const added = (declared.revokers ?? []).filter((one) => !known.some((other) => maySameAccount(one, other, agentName)));
  const unsettled = revocations.filter((record) => mayStillAct(record, now) && added.some((one) => maySameAccount(one, record.revoker, agentName)));
  return unsettled.length === 0 ? undefined : openRefusal(agentName, 'had left before it joined again', unsettled, now);
}

/** Whether the declaration gives the same revoker another account, and none of its revokers may have this one. That it names no such revoker does not say that the agent no longer uses the account. */
function isElsewhere(revoker: RevokerRecord, declared: readonly RevokerRecord[], agentName: string): boolean {
  return declared.some((one) => one.kind === revoker.kind && one.id === declaredId(revoker))
    && declared.every((one) => !maySameAccount(one, revoker, agentName));
}

function openRefusal(agentName: string, how: string, unsettled: readonly RevocationRecord[], now: Date): Refusal {
  const open = unsettled.filter(({ confirmed }) => confirmed === undefined);
  const ends = unsettled.flatMap((record) => mayActUntil(record)?.getTime() ?? []);
  const ways = [
    ...(open.length === 0 ? [] : ['wait, because the registry asks again', `run \`nhi confirm ${agentName} <revoker>\` if you know that it no longer exists`]),
    ...(ends.length === 0 ? [] : [`wait until ${new Date(Math.max(now.getTime(), ...ends)).toISOString()}`]),
    `declare another account there (\`subject\`) for ${unsettled.map(({ revoker }) => declaredId(revoker)).join(', ')}`,
  ];
  return refuse('RevocationsOpen', `agent ${agentName} ${how}, and it is not confirmed that its access no longer exists at ${unsettled.map(described).join(', ')}: `
    + `what was asked for then would end the new agent's account; ${ways.join(', or ')}; then deploy again`);
}

function described(record: RevocationRecord): string {
  const { revoker, since, note = 'not tried yet', confirmed } = record;
  const asked = humanTaskOf(revoker)?.team.join(' ') ?? (revoker.kind === 'queue' ? `the worker ${String(revoker.settings.worker)}` : revoker.kind);
  const why = confirmed === undefined ? note : `attested at ${confirmed.at}, and the worker may still carry out the order`;
  return `${revoker.id} (${why}; since ${since}, asked of ${asked})`;
}
