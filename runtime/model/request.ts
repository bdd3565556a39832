import { Declared, PrincipalRef, RoleId } from './placement-state';
import { Verdict } from './review';
import { OriginKind } from '../../src/contract/request-id';
import { LinkPurpose } from '../../src/contract/review-page';
import { Placement } from '../../src/core/lifecycle-event';

/** A checked request to change an agent: where it comes from and what is wanted. */
export interface LifecycleRequest<I extends Intent = Intent> {
  /** Identifies the request. Repetitions of the same request have the same id. */
  readonly requestId: string;
  readonly registry: string;
  readonly placement: Placement;
  readonly origin: Origin;
  readonly intent: I;
}

/** Who makes the request. Each kind has one responder (`../engine/responders`). */
export type Origin = CloudFormationOrigin | ActorOrigin;

export interface CloudFormationOrigin {
  readonly kind: 'cloudformation';
  /** The stack that has the resource. Its status shows what CloudFormation is doing. */
  readonly stackId: string;
  readonly logicalResourceId: string;
  /** CloudFormation's own id of the request, which the response repeats. */
  readonly eventId: string;
  /** Absent in a Create. */
  readonly physicalResourceId?: string;
}

/** A person, a schedule or a rule that asks the engine directly, without CloudFormation. The execution returns the outcome. */
interface ActorOrigin {
  readonly kind: Exclude<OriginKind, 'cloudformation'>;
  /** ARN of the person's session, of the schedule or of the rule. */
  readonly arn: string;
}

/** What is wanted. Each kind has one decision (`../engine/decision`). */
export type Intent = (
  | Join | Change | Withdraw | Finish | OfferTransfer | Renew | Suspend | Resume | Reassert | Drill | EndDrill | Attend | Keep | Review | BringForward
  | RequestApproval | Approve | Offboard | Retry | ConfirmRevocation | HearWorker
);

interface Declaration {
  readonly principal: PrincipalRef;
  readonly declared: Declared;
  /** Set if the registry doesn't define the stage. Lists the stages that it defines. */
  readonly knownStages?: readonly string[];
  /** Name of the root stack that hands over the agent. */
  readonly transferFrom?: string;
  /** ARN of the adopted role that the agent had until now, if the declaration names it. */
  readonly replaces?: string;
}

/** A construct is new in its stack: CloudFormation's Create. */
export interface Join extends Declaration {
  readonly kind: 'join';
}

/** A construct's declaration changed, or a roll-back restores the previous one: CloudFormation's Update. */
export interface Change extends Declaration {
  readonly kind: 'change';
  /** The principal in the resource's physical id. Absent if CloudFormation generated the id. */
  readonly begins?: RoleId;
}

/** A stack withdraws a principal: CloudFormation's Delete. Depending on the ledger and the stack it means a leave, a retirement or an undo. */
export interface Withdraw {
  readonly kind: 'withdraw';
  /** Empty if it is an adopted role whose id no event told. */
  readonly principal: RoleId;
  /** Name of the adopted role in the properties. */
  readonly adoptedRole?: string;
  /** The stage in the properties, for the physical id in the response. */
  readonly stage: string;
  /** The physical id is the one of a refused Create, so nothing belongs to it. */
  readonly neverJoined: boolean;
}

/** Tears down what CloudFormation no longer manages. */
export interface Finish {
  readonly kind: 'finish';
}

/** An agent's leave without a deployment. The agent can't join again before it is resumed. */
export interface Offboard {
  readonly kind: 'offboard';
  readonly reason: string;
  /** Id of the agent's present principal, as the operator was shown it. Absent in requests of versions before this one. */
  readonly principal?: string;
}

/** Continues what has failed or waits: a teardown, or a denial. Nothing else is begun by it. */
export interface Retry {
  readonly kind: 'retry';
}

/** Allows another stack to take over the agent. */
export interface OfferTransfer {
  readonly kind: 'offer-transfer';
  /** Name of the root stack that may take over the agent. Absent to withdraw the offer. */
  readonly toStack?: string;
}

/** Allows an ended agent a later end. */
export interface Renew {
  readonly kind: 'renew';
  /** Latest end that may be declared, as an instant. */
  readonly until: string;
  readonly reason: string;
}

/** Denies the agent everything until it is resumed. */
export interface Suspend {
  readonly kind: 'suspend';
  readonly reason: string;
}

/** Ends a suspension and restores the principals that it denied. */
export interface Resume {
  readonly kind: 'resume';
  readonly reason: string;
}

/** Denies again whatever of a suspension was lifted. Changes nothing for an agent that is not suspended. */
export interface Reassert {
  readonly kind: 'reassert';
}

/** Suspends the agent to prove that it can be suspended. */
export interface Drill {
  readonly kind: 'drill';
}

/** Ends the suspension of a drill, and no other. */
export interface EndDrill {
  readonly kind: 'end-drill';
  /** Milliseconds from the drill's request until every principal was confirmed as denied. */
  readonly latencyMs: number;
}

/** Says that an agent which seems unused is still needed. */
export interface Keep {
  readonly kind: 'keep';
  readonly reason: string;
}

/** How a person proved to the page for reviewers who they are. */
export type PageProof =
  /** Has the link that was mailed to the address. `link` is the SHA-256 of its nonce, hex. */
  | { readonly proof: 'mail-link'; readonly email: string; readonly link: string; readonly purpose: LinkPurpose }
  /** Signed in at the identity provider, which has verified the address. */
  | { readonly proof: 'sign-in'; readonly email: string; readonly issuer: string; readonly subject: string };

/**
 * A reviewer's decision. If it comes from a session of AWS, who the reviewer is stands in the request's id, where IAM vouches for it. If it comes from the page, the page says it: IAM lets
 * nothing else store requests with the page's ids.
 */
export interface Review {
  readonly kind: 'review';
  /** The open review. */
  readonly reviewId: string;
  /** SHA-256 of what the reviewer was shown, hex. */
  readonly shown: string;
  /** When it was shown. */
  readonly shownAt: string;
  readonly verdict: Verdict;
  /** Services that are decided. Absent: all. */
  readonly items?: readonly string[];
  /** Actions or services to deny or to give back. */
  readonly actions?: readonly string[];
  /** Mail address of the person to whom the agent is offered, or who is named as delegate. */
  readonly to?: string;
  /** Until when a delegate may decide, as an instant. */
  readonly until?: string;
  readonly reason: string;
  /** Only in requests of the page. */
  readonly proven?: PageProof;
}

/** Asks for the approval of a move into a stage, as it was declared at the last deployment. Who asks is in the request's id. */
export interface RequestApproval {
  readonly kind: 'request-approval';
  readonly stage: string;
  readonly reason: string;
}

/** A person's answer to such a request, or to a deployment that was refused. The person is recognized as for a review. */
export interface Approve {
  readonly kind: 'approve';
  /** Digest of what the person was shown. */
  readonly digest: string;
  readonly verdict: 'approve' | 'decline';
  readonly reason: string;
  /** Only in requests of the page. */
  readonly proven?: PageProof;
}

/** Brings the agent's next review forward, because a campaign asks for one since it was opened. */
export interface BringForward {
  readonly kind: 'bring-forward';
  readonly campaign: string;
  readonly openedAt: string;
}

/** A person says that access at a third party no longer exists, which the registry could not see. */
export interface ConfirmRevocation {
  readonly kind: 'confirm-revocation';
  /** Id of the revoker. */
  readonly revoker: string;
  readonly reason: string;
  /** Names the revocation that the person was shown. Only in requests of the page. */
  readonly confirmation?: string;
  /** Only in requests of the page. */
  readonly proven?: PageProof;
}

/** What people ask on the page for reviewers. */
export type PageIntent = Review | Approve | ConfirmRevocation;
/** A worker on premises has answered. What it said is in the ledger, where only the function can write that has checked it. */
export interface HearWorker {
  readonly kind: 'hear-worker';
}

/** Does what is due for the agent: what a sweep of the agenda asks. */
export interface Attend {
  readonly kind: 'attend';
  /** Whether the agent may be suspended, removed or passed on. The sweep's limit decides this. */
  readonly mayRemove: boolean;
}

export function actorOf({ origin }: Pick<LifecycleRequest, 'origin'>): string {
  return origin.kind === 'cloudformation' ? origin.stackId : origin.arn;
}
