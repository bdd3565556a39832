import { SeenCost } from './usage';
import { JsonValue } from '../../src/core/canonical-json';

/** Why a review is due. Besides the interval and a campaign, these are names of events. */
export type ReviewCause = 'interval' | 'campaign' | 'moved' | 'sponsor-changed' | 'sponsor-lapsed' | 'drift-found' | 'orphan-found';

/** One service of an agent's access, as a reviewer decides it. */
export interface ReviewItem {
  /** Prefix of the service's actions, such as `dynamodb`. */
  readonly service: string;
  /** SHA-256 of what is declared and granted of it, hex, shortened. A decision counts for this content only. */
  readonly digest: string;
  /** Whether something of it is unused, or differs between declaration and IAM. */
  readonly hasFindings: boolean;
}

/** What reviewers are shown: an object in the evidence, written once. */
export interface Shown {
  readonly key: string;
  /** SHA-256 of its text, hex. */
  readonly sha256: string;
  readonly at: string;
  /** Digest of the declaration that it shows. After another one, it is made again. */
  readonly declaration: string;
  readonly items: readonly ReviewItem[];
  /** Some policies could not be read, so the items may lack something. Nobody can keep them all at once. */
  readonly isPartial?: true;
  /** Path of the agent's construct in its app. */
  readonly construct?: string;
  /** Each request of costs is charged, so a review that is shown again keeps them. */
  readonly cost?: SeenCost;
}

/** What a reviewer can decide. */
export const VERDICTS = ['keep', 'reduce', 'restore', 'request-change', 'transfer', 'accept', 'decline', 'delegate', 'end-delegation', 'leave'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** As what a person decides. */
export type Relation = 'sponsor' | 'backup' | 'new-sponsor' | 'delegate' | 'second-reviewer';

/** A person who decides. */
export interface Decider {
  /** Mail address in lower case. */
  readonly by: string;
  /** Sponsor or backup who named the person as delegate, in lower case. */
  readonly namedBy?: string;
}

/** Sponsor or backup lets another person decide reviews of the agent. */
export interface Delegation {
  /** Mail address in lower case. */
  readonly to: string;
  /** Who named the person, in lower case. */
  readonly by: string;
  readonly since: string;
  readonly until: string;
}

/** A decision about items of a review. */
export interface ReviewDecision extends Decider {
  readonly verdict: Verdict;
  /** Digests of the decided items, by service. */
  readonly items: Readonly<Record<string, string>>;
  readonly relation: Relation;
  readonly at: string;
}

/** The sponsor offered the accountability for the agent to another person. */
export interface SponsorOffer {
  /** Mail address in lower case. */
  readonly to: string;
  readonly by: string;
  readonly at: string;
  /** From then on, that person may decide as well. */
  readonly acceptedAt?: string;
}

/** A second person decides about what one person kept, without seeing that decision. */
export interface SecondReview {
  /** When the review was drawn. */
  readonly at: string;
  /** The named second reviewer, who has to keep each item too. Absent: any other person than the first. */
  readonly to?: string;
}

/** A review that is not decided yet. */
export interface OpenReview {
  /** The instant at which it was opened identifies it. */
  readonly id: string;
  readonly causes: readonly ReviewCause[];
  readonly deadline: string;
  readonly shown: Shown;
  /** The last reminder, as seconds before the deadline. Absent before the first one. */
  readonly remindedSecondsBefore?: number;
  /** When the backup was notified. */
  readonly escalatedAt?: string;
  /** When the deadline passed and the agent was suspended. */
  readonly missedAt?: string;
  readonly decisions: readonly ReviewDecision[];
  readonly offer?: SponsorOffer;
  /** The review was drawn for a second reviewer. */
  readonly second?: SecondReview;
  /** Details of the decision that the agent leaves, until it has left. */
  readonly leaving?: { readonly [key: string]: JsonValue };
}

/** What the registry knows of an agent's reviews. */
export interface ReviewRecord {
  /** Since when the registry reviews the agent. Absent once a review was opened. */
  readonly since?: string;
  /** When the first review is opened, if it was overdue when the registry began to review. */
  readonly firstAt?: string;
  /** When all items were last decided. */
  readonly certifiedAt?: string;
  /** The items of that decision. All items can be kept at once only if they are the same. */
  readonly certified?: Readonly<Record<string, string>>;
  /** Something happened since, so the next review is due before its interval is over. */
  readonly forward?: { readonly at: string; readonly causes: readonly ReviewCause[] };
  /** When the engine tries again to open a review, because something did not answer. */
  readonly tryAgainAt?: string;
  readonly open?: OpenReview;
}

/** An action, or all of a service, that a review denied. */
export interface DeniedAction extends Decider {
  /** `s3:PutObject`, or `s3:*`. */
  readonly action: string;
  readonly at: string;
}

/** The Deny as it was seen on a principal after it was written. */
export interface ReductionEffect {
  /** SHA-256 of the policy, hex. */
  readonly sha256: string;
  readonly verifiedAt: string;
  /** Actions that IAM's simulator showed as explicitly denied. */
  readonly simulated: readonly string[];
  /** The role did not exist, so there was nothing to deny. */
  readonly absent?: true;
}

/** What reviews have denied an agent. It remains after the agent leaves, so a new join doesn't give it back. */
export interface Reduction {
  /** Empty while the last Deny is being removed. */
  readonly denied: readonly DeniedAction[];
  /** By the id of the principal's role. */
  readonly effects: Readonly<Record<string, ReductionEffect>>;
}

/** How the registry's reviews are set. */
export interface ReviewSettings {
  /** Reviews at least this often. Absent: as often as the stage demands. */
  readonly intervalSeconds?: number;
  /** From the opening of a review to its deadline. */
  readonly deadlineSeconds: number;
  /** Reminders, as seconds before the deadline. */
  readonly reminderSeconds: readonly number[];
  /** From the opening until the backup is notified as well. */
  readonly escalationSeconds: number;
  /** From the suspension until the agent is torn down. */
  readonly graceSeconds: number;
  /** From an approval of a move until its end. */
  readonly approvalSeconds: number;
  /** How many people must approve a move into a stage, by the stage's name. A stage that is missing needs no approval. */
  readonly approvals: Readonly<Record<string, number>>;
  /** A service that fewer per cent of the stage's other agents declare is a finding. 0: none is. */
  readonly peerSharePercent: number;
  /** Whether costs are read from Cost Explorer. Each request costs 0.01 USD. */
  readonly readsCosts?: true;
  /** Absent: no review has a second reviewer, unless its stage demands two. */
  readonly secondReview?: {
    /** Share of the reviews that are drawn, 0 to 1. */
    readonly share: number;
    /** Mail address of the second reviewer, in lower case. Absent: any other person who may decide. */
    readonly reviewer?: string;
  };
  /** Absent: nobody's decisions are compared. */
  readonly rubberStamp?: RubberStampSettings;
}

/** From when a person's decisions look like rubber-stamping. */
export interface RubberStampSettings {
  /** Fewer reviews than that show nothing. */
  readonly reviews: number;
  /** A shorter median time from showing to decision is suspicious. */
  readonly medianSeconds: number;
  /** This share of reviews with findings, 0 to 1, in which everything was kept is suspicious. */
  readonly keepRate: number;
  /** Mail address that is notified besides the operators. */
  readonly notify?: string;
}

const DAY_SECONDS = 86_400;

/** The construct's defaults. */
export const DEFAULT_REVIEWS: ReviewSettings = {
  deadlineSeconds: 14 * DAY_SECONDS,
  reminderSeconds: [7, 3, 1].map((days) => days * DAY_SECONDS),
  escalationSeconds: 7 * DAY_SECONDS,
  graceSeconds: 30 * DAY_SECONDS,
  approvalSeconds: 7 * DAY_SECONDS,
  approvals: {},
  peerSharePercent: 10,
  rubberStamp: { reviews: 20, medianSeconds: 10, keepRate: 0.95 },
};
