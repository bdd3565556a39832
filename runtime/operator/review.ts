import { GetObjectCommand } from '@aws-sdk/client-s3';
import { askEngine, Asking } from './ask-engine';
import { Connection } from './connection';
import { showPlacement } from './placements';
import { Proposal } from './proposal';
import { InvalidInputError } from '../../src/core/errors';
import { printable } from '../certificate';
import { linesOfDecision, reviewerOf, ShownAccess, shownIn, undecided } from '../certification';
import { meaningOf } from '../engine/decision/review-meaning';
import { personsNeeded } from '../engine/decision/review-record';
import { PlacementSummary } from '../ledger';
import { PlacementState } from '../model/placement-state';
import { Review } from '../model/request';
import { DeniedAction, OpenReview } from '../model/review';

/** A review as its reviewer sees it. */
export interface ShownReview {
  readonly agentName: string;
  /** Absent if no review is open. */
  readonly open?: OpenReview;
  /** What the engine stored for the reviewer. Absent if no review is open. */
  readonly shown?: ShownAccess;
  /** Services that are not decided. */
  readonly undecided: readonly string[];
  readonly denied: readonly DeniedAction[];
  /** As what the caller may decide. Absent: not at all. */
  readonly mayDecideAs?: string;
  readonly certifiedAt?: string;
}

/** Agents with an open review, the earliest deadline first. */
export async function listReviews({ ledger: { fleet } }: Connection): Promise<PlacementSummary[]> {
  return (await fleet.living()).filter(({ review }) => review !== undefined)
    .sort((one, other) => (one.review!.deadline < other.review!.deadline ? -1 : 1));
}

/**
 * The review of an agent, with what the engine stored to be shown.
 *
 * @throws InvalidInputError `AgentUnknown`, `EvidenceChanged`
 */
export async function showReview(connection: Connection, agentName: string): Promise<ShownReview> {
  const state = await showPlacement(connection, agentName);
  const { review, reduction } = state;
  const { open } = review ?? {};
  const reviewer = reviewerOf(state, sessionOf(connection));
  return {
    agentName,
    ...(open === undefined ? {} : { open, shown: await shownTo(connection, open) }),
    undecided: open === undefined ? [] : undecided(open, personsNeeded(state)).map(({ service }) => service),
    denied: reduction?.denied ?? [],
    ...(reviewer === undefined ? {} : { mayDecideAs: reviewer.relation }),
    ...(review?.certifiedAt === undefined ? {} : { certifiedAt: review.certifiedAt }),
  };
}

/** What a reviewer wants. The rest of the request follows from the open review. */
export type WantedDecision = Pick<Review, 'verdict' | 'items' | 'actions' | 'to' | 'reason'>;

/**
 * Reads the review, and says what the decision means.
 *
 * @param digest SHA-256 of what the reviewer has looked at; without it, what is shown now
 * @throws InvalidInputError `AgentUnknown`, `EvidenceChanged`, `ReviewClosed`, `ReviewChanged`
 */
export async function proposeDecision(
  connection: Connection, agentName: string, wanted: WantedDecision, digest: string | undefined, asking: Asking,
): Promise<Proposal<PlacementState>> {
  const { open, shown } = await showReview(connection, agentName);
  if (open === undefined && wanted.verdict !== 'restore') {
    throw new InvalidInputError('ReviewClosed', `agent ${agentName} has no open review: see nhi review list`);
  }
  if (open !== undefined && digest !== undefined && digest !== open.shown.sha256) {
    throw new InvalidInputError('ReviewChanged', `what is shown of agent ${agentName} is ${open.shown.sha256} now: look at it again with nhi review show ${agentName}`);
  }
  const intent: Review = { kind: 'review', reviewId: open?.id ?? '', shown: open?.shown.sha256 ?? '', shownAt: asking.now.toISOString(), ...wanted };
  const what = wanted.actions?.join(', ') ?? wanted.to ?? wanted.items?.join(', ') ?? shown?.items.map(({ service }) => service).join(', ') ?? '';
  return {
    will: [
      `agent ${agentName} in account ${connection.account}: ${wanted.verdict} ${what}`,
      `  in your name: "${meaningOf(wanted.verdict)}"`,
      ...(open === undefined ? [] : [`  you were shown ${open.shown.sha256}, of ${open.shown.at}`]),
      ...(shown === undefined ? [] : linesOfDecision(shown, { ...wanted, items: wanted.items ?? shown.items.map(({ service }) => service) }).map((line) => `  ${printable(line)}`)),
    ],
    make: () => askEngine(connection, agentName, intent, asking),
  };
}

async function shownTo({ s3, bucket }: Connection, { shown: { key, sha256 } }: OpenReview): Promise<ShownAccess> {
  const { Body: body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  const shown = shownIn(await body!.transformToString(), sha256);
  if (shown === undefined) {
    throw new InvalidInputError('EvidenceChanged', `s3://${bucket}/${key} is not what the engine stored for reviewers: tell the operators of the registry, and decide nothing`);
  }
  return shown;
}

function sessionOf({ userId }: Connection): { readonly userId: string; readonly roleId: string; readonly sessionName: string } {
  const [roleId, sessionName = ''] = userId.split(':');
  return { userId, roleId, sessionName };
}
