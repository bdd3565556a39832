import { answerable } from './move-waiting';
import { ReviewPage } from './page';
import { EVERY_STAGE } from '../../src/contract/lifecycle-resource';
import { Placement } from '../../src/core/lifecycle-event';
import { Reviewer } from '../certification';
import { stageDifference, StageDifference } from '../engine/decision/stage-difference';
import { PageSession, SignedIn } from '../ledger';
import { AskedApproval } from '../model/approval';
import { Declared, GrantRecord } from '../model/placement-state';
import { PageProof } from '../model/request';
import { serviceOf } from '../model/services';

/** What a move changes of one service. */
export interface MoveItem {
  readonly service: string;
  readonly change: 'new' | 'more' | 'other' | 'less' | 'gone' | 'same';
  /** Actions after the move, those that it gets and those that it loses. */
  readonly actions: readonly string[];
  readonly gained: readonly string[];
  readonly lost: readonly string[];
  readonly resources: readonly string[];
}

/** A move, or a join, that waits for an approval, as one person sees it. */
export interface MoveCase {
  readonly placement: Placement;
  readonly asked: AskedApproval<Declared>;
  /** The stage in which the agent is. Absent for a join. */
  readonly fromStage?: string;
  readonly reviewer: Reviewer;
  readonly proof: PageProof;
  readonly items: readonly MoveItem[];
  readonly difference: StageDifference;
  /** The person asked for the move and can only decline it. */
  readonly isOwn: boolean;
}

const ORDER: readonly MoveItem['change'][] = ['new', 'more', 'other', 'gone', 'less', 'same'];

/** The session of a person who signed in: no link of a mail is enough for a move. */
export type SignedInSession = PageSession & { readonly identity: SignedIn };

export function isSignedIn(session: PageSession | undefined): session is SignedInSession {
  return session?.identity !== undefined;
}

/** The move of the agent that waits for an approval. Undefined for anybody who is nothing to it, and if none waits. */
export async function moveOf({ desk, now }: ReviewPage, { identity }: SignedInSession, placement: Placement): Promise<MoveCase | undefined> {
  const state = await desk.state(placement);
  const proof: PageProof = { proof: 'sign-in', ...identity };
  const { asked, reviewer } = answerable(state, proof, now()) ?? {};
  if (asked === undefined || reviewer === undefined) {
    return undefined;
  }
  const from = state?.status === 'active' ? state.declared : undefined;
  return {
    placement: { account: placement.account, agentName: placement.agentName },
    asked,
    ...(from === undefined ? {} : { fromStage: from.stage }),
    reviewer,
    proof,
    items: itemsOf(from, asked.declared),
    difference: stageDifference(from, asked.declared),
    isOwn: asked.requesters.includes(reviewer.email),
  };
}

function itemsOf(from: Declared | undefined, to: Declared): MoveItem[] {
  const [before, after] = [from === undefined ? [] : grantsOf(from), grantsOf(to)];
  const services = [...new Set([...before, ...after].flatMap(({ actions }) => actions.map(serviceOf)))].sort();
  return services.map((service): MoveItem => {
    const [had, has] = [before, after].map((grants) => actionsOf(grants, service));
    const [were, are] = [before, after].map((grants) => resourcesOf(grants, service));
    const [gained, lost] = [has.filter((one) => !had.includes(one)), had.filter((one) => !has.includes(one))];
    const change = had.length === 0 ? 'new' : has.length === 0 ? 'gone' : gained.length > 0 ? 'more'
      : were.join() !== are.join() ? 'other' : lost.length > 0 ? 'less' : 'same';
    return { service, change, actions: has, gained, lost, resources: has.length === 0 ? were : are };
  }).sort((one, other) => ORDER.indexOf(one.change) - ORDER.indexOf(other.change));
}

function grantsOf({ stage, access }: Declared): GrantRecord[] {
  const inForce = (access?.stages ?? []).filter((one) => one.stage === stage || one.stage === EVERY_STAGE);
  return inForce.flatMap(({ grants }) => grants).filter(({ effect }) => effect === undefined);
}

function actionsOf(grants: readonly GrantRecord[], service: string): string[] {
  return [...new Set(grants.flatMap(({ actions }) => actions).filter((action) => serviceOf(action) === service))].sort();
}

function resourcesOf(grants: readonly GrantRecord[], service: string): string[] {
  const ofService = grants.filter(({ actions }) => actions.some((action) => serviceOf(action) === service));
  return [...new Set(ofService.flatMap(({ resources }) => resources))].sort();
}
