import { DecisionContext } from './context';
import { RENEWAL_DAYS } from '../../../src/contract/renewal';
import { Expiry, isPast } from '../../../src/core/expiry';
import { requireReason } from '../../../src/core/reason';
import { lastDayBefore, latestEnd } from '../../../src/core/tenure';
import { PlacementState, Renewal } from '../../model/placement-state';
import { Decision, NOTHING_TO_DO, refuse } from '../../model/plan';
import { actorOf, LifecycleRequest, Renew } from '../../model/request';

const DAY_MS = 86_400_000;

/**
 * An operator allows an ended agent a later end, within what its stage allows. The renewal itself grants nothing. The policies deny the agent
 * everything until a deployment declares such an end.
 */
export function decideRenew(state: PlacementState | undefined, request: LifecycleRequest<Renew>, { now }: DecisionContext): Decision {
  const { agentName } = request.placement;
  if (state === undefined || state.status === 'left' || state.status === 'leaving') {
    return refuse('AgentUnknown', `agent ${agentName} ${state === undefined ? 'is not in the ledger' : `is ${state.status}`}: see nhi list`);
  }
  const { expiresAt, stage, profile } = state.declared;
  if (Date.parse(expiresAt) > now.getTime()) {
    return refuse('NotEnded', `agent ${agentName} ends at ${expiresAt}: until then no renewal is needed; declare a later end and deploy`);
  }
  const wanted = read(request.intent);
  if (typeof wanted === 'string') {
    return refuse('RenewalInvalid', wanted);
  }
  const { until, reason } = wanted;
  if (isPast(until, now)) {
    return refuse('RenewalInvalid', `agent ${agentName} can't be renewed until ${until.iso}, which is past: give a later end`);
  }
  const latest = latestEnd(profile, now);
  if (until.epochSeconds * 1000 > latest.getTime()) {
    return refuse('TenureExceeded', `the end ${until.iso} is further ahead than stage ${stage} allows (${profile.maxTenureDays} days): use ${lastDayBefore(latest)} or earlier`);
  }
  const renewal: Renewal = {
    until: until.iso, stage, reason, by: actorOf(request), deployBy: new Date(now.getTime() + RENEWAL_DAYS * DAY_MS).toISOString(),
  };
  return {
    ...NOTHING_TO_DO,
    transition: 'renew',
    change: { renewal },
    events: [{
      name: 'renewed',
      stage,
      roleId: state.present,
      details: { ended: expiresAt, until: renewal.until, reason, deployBy: renewal.deployBy },
      key: `renewed/${request.requestId}`,
    }],
  };
}

/** Checks the renewal, because every principal with write access to the ledger can store any request. */
function read({ until, reason }: Renew): { readonly until: Expiry; readonly reason: string } | string {
  try {
    const end = Expiry.at(until);
    // Reading `iso` throws for a date that does not exist.
    void end.iso;
    return { until: end, reason: requireReason(reason) };
  } catch (error) {
    return String(error);
  }
}
