import { codeOf, Deciding, recorded, withoutItems } from './review-record';
import { deniedPattern } from '../../certification';
import { Decision, Plan, PlannedEvent, refuse } from '../../model/plan';
import { DeniedAction } from '../../model/review';
import { serviceOf } from '../../model/services';

/** Actions and services that reviews may deny an agent at most: the policy shares a role's quota with its access. */
const MOST_DENIED = 50;
const ACTION = /^[a-z0-9-]{2,40}(:[A-Za-z0-9]{2,80})?$/;

/** Denies services or actions. A denied service is decided. Of a service of which some actions are denied, the rest is still to be decided. */
export function decideReduce(deciding: Deciding): Decision {
  const { state, request: { placement: { agentName } }, context: { now }, reviewer } = deciding;
  const actions = actionsIn(deciding);
  if (typeof actions === 'string') {
    return refuse('ActionsInvalid', actions);
  }
  const { denied: before = [], effects = {} } = state.reduction ?? {};
  const added = actions.filter((action) => !before.some((one) => one.action === action))
    .map((action) => ({ action, by: reviewer.email, at: now.toISOString() }));
  const denied = [...before, ...added];
  if (denied.length > MOST_DENIED) {
    return refuse('ActionsInvalid',
      `reviews would deny agent ${agentName} ${denied.length} actions, ${MOST_DENIED} are possible: deny whole services, or change the code`);
  }
  const services = actions.filter((action) => action.endsWith(':*')).map(serviceOf);
  const plan = reducing(deciding, recorded(deciding, services, { actions, ...codeOf(deciding) }, true), denied);
  // Written down before it is done.
  return { ...plan, note: { ...plan.note, reduction: { denied, effects } } };
}

/** Gives back what a review denied. The person who denied it can't give it back. */
export function decideRestore(deciding: Deciding): Decision {
  const { state, request: { intent, placement: { agentName } }, reviewer, open } = deciding;
  const actions = (intent.actions ?? []).map(deniedPattern);
  const before = state.reduction?.denied ?? [];
  const unknown = actions.filter((action) => !before.some((one) => one.action === action));
  if (actions.length === 0 || unknown.length > 0) {
    const all = before.map(({ action }) => action).join(', ') || 'nothing';
    return refuse('ActionsInvalid', `reviews do not deny agent ${agentName} ${unknown.join(', ') || 'what was named'}: they deny ${all}`);
  }
  const own = before.filter(({ action, by }) => actions.includes(action) && by === reviewer.email).map(({ action }) => action);
  if (own.length > 0) {
    return refuse('SecondPersonNeeded',
      `${reviewer.email} denied agent ${agentName} ${own.join(', ')}: another person, such as the backup, gives that back`);
  }
  const decisions = withoutItems(open.decisions, actions.map(serviceOf));
  const left = before.filter(({ action }) => !actions.includes(action));
  const plan = reducing(deciding, recorded({ ...deciding, open: { ...open, decisions } }, [], { actions }, false), left);
  return { ...plan, change: { ...plan.change, reduction: left.length === 0 ? null : { denied: left, effects: {} } } };
}

/** The decision is recorded after the Deny was seen to work. */
function reducing(deciding: Deciding, plan: Plan, denied: readonly DeniedAction[]): Plan {
  const { state, request: { requestId, intent } } = deciding;
  const [decision, ...others] = plan.events;
  const event: PlannedEvent = {
    name: 'reduced',
    stage: state.declared.stage,
    roleId: state.present,
    details: {
      [intent.verdict === 'restore' ? 'givenBack' : 'denied']: (intent.actions ?? []).map(deniedPattern),
      reason: intent.reason,
      deniedNow: denied.map(({ action }) => action),
      ...codeOf(deciding),
    },
    key: `reduced/${requestId}`,
  };
  return {
    ...plan,
    transition: plan.transition === 'resume' ? 'resume' : 'reduce',
    reduce: Object.values(state.principals).filter(({ status }) => status !== 'retired').map(({ roleId }) => roleId),
    events: [decision, event, ...others],
  };
}

/** The actions as the policy has them, or why they can't be denied. */
function actionsIn({ request: { intent: { actions: given = [] } }, open: { shown } }: Deciding): string[] | string {
  const invalid = given.filter((action) => !ACTION.test(action));
  if (given.length === 0 || invalid.length > 0) {
    return `${invalid.join(', ') || 'nothing'} can't be denied: name services or actions, such as s3 or s3:PutObject`;
  }
  const foreign = given.map(deniedPattern).map(serviceOf).filter((service) => !shown.items.some((item) => item.service === service));
  return foreign.length > 0
    ? `the review has no ${foreign.join(', ')}: it has ${shown.items.map(({ service }) => service).join(', ')}`
    : [...new Set(given.map(deniedPattern))];
}
