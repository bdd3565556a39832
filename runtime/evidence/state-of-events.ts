import { Difference, isSoon } from './compare-copies';
import { revocationDifferences } from './revocation-differences';
import {
  approvalText, delegationText, NONE, openReviewText, OWN_PARTS, renewalText, Said, successionText, suspensionText, toldBy, ToldFacts,
} from './told-facts';
import { LifecycleEvent } from '../../src/core/lifecycle-event';
import { shown } from '../../src/core/shown';
import { SponsorRecord } from '../../src/core/sponsor-record';
import { accessDigests } from '../model/access-digests';
import { PlacementState } from '../model/placement-state';
import { sponsorOf } from '../model/sponsor-of';

/** Facts that each chain tells; of the others only what it tells is compared. */
const ALWAYS_TOLD = ['status', 'present principal', 'stage', 'sponsor', 'end', 'purpose'];
/** Absent from a state unless an event has brought them. */
const NONE_UNLESS_TOLD = ['renewal', 'offer', 'torn down end', 'succession', 'open review', 'certification', 'certified end', 'approval'];

/** Returns how a placement's state contradicts its events. This detects a change that was made to the state alone. */
export function contradictionsOf(state: PlacementState, events: readonly LifecycleEvent[]): Difference[] {
  const told = toldBy(events);
  const last = Math.max(0, events.length - 1);
  const differing = (what: string, value: string, { at, value: said }: Said): Difference[] => value === said ? []
    : [{ at, reason: `the state of the agent says that its ${what} is ${shown(value)}, and this event says ${shown(said)}` }];
  return [
    ...[...factsOf(state)].flatMap(([what, value]) => {
      const said = told.facts.get(what) ?? untold(what, last);
      return said === undefined ? [] : differing(what, value, said);
    }),
    ...unequal(fieldsOf(state.declared.sponsor), told.sponsor, last).flatMap(([field, value, said]) => differing(`sponsor's ${field}`, value, said)),
    ...unequal(accessOf(state, told), told.access, last).flatMap(([part, value, said]) => differing(part, value, said)),
    ...joinDifferences(state, told),
    ...ownerDifferences(state, told, last),
    ...principalDifferences(state, told, last),
    ...suspensionDifferences(state, told),
    ...reductionDifferences(state, told),
    ...delegationDifferences(state, told, last),
    ...revocationDifferences(state, events),
    ...state.sequence === events.length ? [] : [{ at: Math.min(state.sequence, events.length), reason: `the state of the agent counts ${state.sequence} events, there are ${events.length}` }],
  ];
}

function untold(what: string, at: number): Said | undefined {
  return ALWAYS_TOLD.includes(what) ? { value: 'nothing of it', at } : NONE_UNLESS_TOLD.includes(what) ? { value: NONE, at } : undefined;
}

function factsOf(state: PlacementState): Map<string, string> {
  const { status, present, declared, owner, offeredTo, renewal, expired, succession, review, certifiedUntil, approval } = state;
  return new Map([
    ['status', hasLeft(status)], ['present principal', present], ['stage', declared.stage], ['sponsor', sponsorOf(state).id], ['end', declared.expiresAt],
    ['purpose', declared.purpose], ['owner', owner?.stackName ?? NONE], ['declared transfer', declared.transferTo ?? NONE], ['offer', offeredTo ?? NONE],
    ['renewal', renewal === undefined ? NONE : renewalText({ ...renewal })], ['torn down end', expired?.end ?? NONE],
    ['succession', succession === undefined ? NONE : successionText({ ...succession.sponsor })],
    ['open review', review?.open === undefined ? NONE : openReviewText(review.open)], ['certification', review?.certifiedAt ?? NONE],
    ['approval', approval === undefined ? NONE : approvalText({ digest: approval.digest, approvals: approvalsOf(approval), isDeclined: approval.declined !== undefined })],
    ['certified end', (declared.untilCertified === true ? certifiedUntil : undefined) ?? NONE],
  ]);
}

function approvalsOf({ approvals }: NonNullable<PlacementState['approval']>): string {
  return approvals.map(({ by, until }) => `${by} until ${until}`).sort().join(', ');
}

// Whether an agent is suspended or about to leave is no matter of this.
function hasLeft(status: string): string {
  return status === 'left' ? 'left' : 'not left';
}

/** An event states an emptied field as an empty text. */
function fieldsOf(sponsor: SponsorRecord): Map<string, string> {
  return new Map(Object.entries(sponsor).filter(([, value]) => value !== ''));
}

function accessOf({ declared }: PlacementState, { access, ownParts }: ToldFacts): Map<string, string> {
  return new Map(Object.entries(accessDigests(declared)).filter(([part]) => ownParts || !OWN_PARTS.includes(part) || access?.has(part)));
}

/** Returns the names whose values differ between the state and the events, if events state all of them. */
function unequal(there: ReadonlyMap<string, string>, told: ReadonlyMap<string, Said> | undefined, last: number): [string, string, Said][] {
  if (told === undefined) {
    return [];
  }
  return [...new Set([...there.keys(), ...told.keys()])].map((name): [string, string, Said] => {
    const said = told.get(name) ?? { value: NONE, at: last };
    return [name, there.get(name) ?? NONE, said.value === '' ? { ...said, value: NONE } : said];
  });
}

/** The state has the instant at which the join was decided. Its event is recorded when the join is done. */
function joinDifferences({ joinedAt }: PlacementState, { joined }: ToldFacts): Difference[] {
  return joined === undefined || isSoon(joinedAt, new Date(joined.value)) ? []
    : [{ at: joined.at, reason: `the state of the agent says that it joined at ${shown(joinedAt)}, and this event is of ${shown(joined.value)}` }];
}

/** Events tell the owner's name only. The id, by which the engine asks CloudFormation, has the name in it. */
function ownerDifferences({ owner, placement }: PlacementState, { facts }: ToldFacts, last: number): Difference[] {
  const [, , , , account, path = ''] = owner?.stackId.split(':') ?? [];
  return owner === undefined || (path.split('/')[1] === owner.stackName && account === placement.account) ? []
    : [{ at: facts.get('owner')?.at ?? last, reason: `the state of the agent says that its owner is ${shown(owner.stackName)}, and the id of that stack is ${shown(owner.stackId)}` }];
}

function principalDifferences(state: PlacementState, { arns, retired }: ToldFacts, last: number): Difference[] {
  const differing = (id: string, value: string, { at, value: said }: Said): Difference[] => value === said ? []
    : [{ at, reason: `the state of the agent says that its principal ${id} is ${shown(value)}, and this event says ${shown(said)}` }];
  const principals = Object.values(state.principals);
  return [
    ...[...arns].flatMap(([id, said]) => differing(id, state.principals[id]?.roleArn ?? 'unknown', said)),
    ...[...retired].flatMap(([id, said]) => differing(id, state.principals[id]?.status ?? 'unknown', said)),
    // The engine denies, inspects and deletes a role by its name.
    ...principals.filter(({ roleArn, path, roleName }) => !roleArn.endsWith(`:role${path}${roleName}`)).map(({ roleId, roleArn, path, roleName }) => (
      { at: arns.get(roleId)?.at ?? last, reason: `the state of the agent says that the role of its principal ${roleId} is ${shown(`${path}${roleName}`)}, and the role's ARN is ${shown(roleArn)}` })),
    ...principals.filter(({ status, roleId }) => status === 'retired' && !retired.has(roleId))
      .map(({ roleId }) => ({ at: last, reason: `the state of the agent says that its principal ${roleId} was retired, and no event does` })),
    // A move stores its target before anything is denied. Its event is recorded after.
    ...state.pending?.phase === 'cutting' ? [] : Object.keys(state.principals).filter((id) => !arns.has(id))
      .map((id) => ({ at: last, reason: `the state of the agent says that it has the principal ${id}, and no event does` })),
  ];
}

/** That the state alone says so is no contradiction: a suspension is written down before anything is denied, and told after. */
function suspensionDifferences({ suspension }: PlacementState, { suspension: said }: ToldFacts): Difference[] {
  if (said === undefined) {
    return [];
  }
  const there = suspension === undefined ? undefined : suspensionText(suspension);
  return there === said.value ? []
    : [{ at: said.at, reason: `the state of the agent says that it is ${there === undefined ? 'not suspended' : `suspended ${shown(there)}`}, and this event says that it is${there === undefined ? '' : ` suspended ${shown(said.value)}`}` }];
}

/** Who may decide stands in the state: only an event can have named a person. One that ended is in no event. */
function delegationDifferences({ delegations = [] }: PlacementState, told: ToldFacts, last: number): Difference[] {
  return delegations.flatMap((one) => {
    const { value, at } = told.delegations.get(one.to) ?? { value: NONE, at: last };
    return value === delegationText(one) ? []
      : [{ at, reason: `the state of the agent says that ${shown(one.to)} may decide its reviews ${shown(delegationText(one))}, and the last event about that says ${shown(value)}` }];
  });
}

/** That the state alone says so is no contradiction: a Deny is written down before it is done, and told after. */
function reductionDifferences({ reduction }: PlacementState, { reduced }: ToldFacts): Difference[] {
  const there = reduction?.denied.map(({ action }) => action) ?? [];
  const missing = (reduced?.value ?? '').split(', ').filter((action) => action !== '' && !there.includes(action));
  return missing.length === 0 ? [] : [{ at: reduced!.at, reason: `this event says that reviews deny the agent ${shown(missing.join(', '))}, and its state does not` }];
}
