import { RoleId } from './placement-state';
import { LifecycleEvent } from '../../src/core/lifecycle-event';
import { TargetedRiskAnalysis } from '../../src/core/risk-analysis';
import { SponsorRecord } from '../../src/core/sponsor-record';

/** Where a campaign's population comes from. */
export type SourceName = 'iam-roles' | 'iam-users' | 'ledger-living' | 'ledger-left';

/** A page of a source as it was read, in the evidence. */
export interface PageRef {
  readonly key: string;
  /** SHA-256 of its text, hex. */
  readonly sha256: string;
  readonly items: number;
  /** Id of the call, which CloudTrail records. Empty if AWS returned none. */
  readonly requestId: string;
  readonly at: string;
}

/** The text of a page. */
export interface PageText {
  readonly kind: 'nhi-campaign-page';
  readonly source: SourceName;
  /** What was asked. */
  readonly call: string;
  readonly requestId: string;
  readonly at: string;
  /** As the SDK returned them. */
  readonly items: readonly unknown[];
}

export interface Source {
  readonly source: SourceName;
  readonly call: string;
  /** Instants of the first and of the last call. */
  readonly from: string;
  readonly to: string;
  readonly items: number;
  readonly pages: readonly PageRef[];
}

/** Why an agent that the registry knows is not asked about. */
export const EXCLUSIONS = {
  'other-stage': 'it is in a stage that the campaign is not about',
  'ended': 'it was past its end, so it was denied everything',
  'leaving': 'its leave had begun',
  'torn-down': 'it was torn down, and its stack had not deleted its role yet',
} as const;
export type Exclusion = keyof typeof EXCLUSIONS;

/** Numbers of a population. They follow from the pages. */
export interface PopulationCounts {
  readonly roles: number;
  readonly users: number;
  /** Agents whose review the campaign asks for. */
  readonly agents: number;
  readonly excluded: Readonly<Record<Exclusion, number>>;
  /** Agents that had left, and of which IAM had nothing any more according to the ledger. */
  readonly departed: number;
  /** Roles and users under the registry's path that belong to no agent. */
  readonly unknown: number;
}

/** How a campaign's population was made. Written once. */
export interface CampaignManifest {
  readonly kind: 'nhi-campaign';
  readonly registry: string;
  readonly account: string;
  readonly region: string;
  readonly campaign: string;
  /** IAM path of the registry's agents. */
  readonly path: string;
  /** Absent: all stages. */
  readonly stage?: string;
  /** Before the first page was read. */
  readonly openedAt: string;
  /** After the last page was read. */
  readonly frozenAt: string;
  /** ARN of the session. */
  readonly openedBy: string;
  readonly sources: readonly Source[];
  readonly counts: PopulationCounts;
}

/** What became of one agent of a campaign. */
export const OUTCOMES = {
  'kept': { decided: true, says: 'certified as it was' },
  'reduced': { decided: true, says: 'certified, with some of its access denied' },
  'left': { decided: true, says: 'torn down' },
  'asked': { decided: false, says: 'its sponsor is asked, and nothing is decided' },
  'partly-decided': { decided: false, says: 'some of its items are decided' },
  'overdue': { decided: false, says: 'nobody decided until the deadline' },
  'leaving': { decided: false, says: 'its teardown is not finished' },
  'waiting': { decided: false, says: 'brought forward, and not opened by a sweep yet' },
  'suspended': { decided: false, says: 'denied everything by a suspension, so nobody is asked before it is resumed' },
  'ended': { decided: false, says: 'past its end since, so it is denied everything' },
  'undelivered': { decided: false, says: 'the engine has not brought its review forward' },
  'unknown': { decided: false, says: 'the ledger has nothing of it any more' },
} as const;
export type Outcome = keyof typeof OUTCOMES;

/** One agent in a package. */
export interface AgentRecord {
  readonly kind: 'agent';
  readonly agentName: string;
  /** At the opening. */
  readonly stage: string;
  readonly outcome: Outcome;
  /** Deadline of the review that is open. */
  readonly deadline?: string;
  readonly sponsor?: SponsorRecord;
  /** Notices of the review: when, at which step, to whom. */
  readonly asked: readonly Asked[];
  /** What reviewers were shown, by key in the evidence. */
  readonly shown: readonly ShownRef[];
  readonly decisions: readonly RecordedDecision[];
  /** What was done because of them, as it was seen afterwards. */
  readonly effects: readonly RecordedEffect[];
  /** Services about which two people decided differently. The stricter decision holds. */
  readonly differed: readonly string[];
  /** The agent's events of that time, as they are in the chain. */
  readonly events: readonly LifecycleEvent[];
}

interface Asked { readonly at: string; readonly step: string; readonly sponsor: string; readonly backup: string }
export interface ShownRef { readonly key: string; readonly sha256: string }
interface RecordedDecision {
  readonly at: string;
  readonly by: string;
  readonly relation: string;
  /** Who named the person as delegate. Empty for all others. */
  readonly namedBy: string;
  readonly proof: string;
  /** What the proof consists of: the session of AWS, the hash of the link, or issuer and subject of the sign-in. */
  readonly identity: readonly string[];
  /** When it was shown, and when it was decided. */
  readonly openedAt: string;
  readonly decidedAt: string;
  /** Agents that were decided in one go. */
  readonly agentsTogether: string;
  readonly verdict: string;
  readonly services: readonly string[];
  readonly reason: string;
  readonly meaning: string;
  readonly shown: string;
}
interface RecordedEffect { readonly at: string; readonly event: string; readonly verified: unknown }

/** An agent that a campaign is not about. */
export interface ExcludedRecord {
  readonly kind: 'excluded';
  readonly agentName: string;
  readonly stage: string;
  readonly reason: Exclusion;
  readonly says: string;
}

/** A role or user under the registry's path that belongs to no agent, so nobody reviews it. */
export interface UnknownRecord {
  readonly kind: 'unknown';
  readonly arn: string;
  readonly id: RoleId;
  readonly createdAt: string;
  /** Created less than an hour before the opening: its agent may have been joining. */
  readonly isNew: boolean;
}

export type CampaignRecord = AgentRecord | ExcludedRecord | UnknownRecord;

/** A part of a package: the records of one page of a source. */
export interface PackagePart {
  readonly kind: 'nhi-campaign-part';
  readonly campaign: string;
  readonly records: readonly CampaignRecord[];
}

export interface PartRef { readonly key: string; readonly sha256: string; readonly records: number }

/** How often a stage is reviewed, and why. */
export interface StageReviews {
  readonly stage: string;
  readonly reviewIntervalDays: number;
  readonly twoReviewers: boolean;
  readonly targetedRiskAnalysis?: TargetedRiskAnalysis;
  /** Whether the analysis is of the last 12 months. Absent without one. */
  readonly isCurrent?: boolean;
}

/** What closes a campaign. It is signed, and covers all else by SHA-256. */
export interface CampaignPackage {
  readonly kind: 'nhi-campaign-package';
  readonly registry: string;
  readonly account: string;
  readonly campaign: string;
  readonly manifest: { readonly key: string; readonly sha256: string };
  readonly openedAt: string;
  readonly closedAt: string;
  /** ARN of the session. */
  readonly closedBy: string;
  readonly outcomes: Readonly<Record<Outcome, number>>;
  readonly excluded: number;
  readonly unknown: number;
  /** Agents about which two people decided differently. The stricter decision holds. */
  readonly differed: number;
  /** Why it was closed although something was not decided. Absent if everything was. */
  readonly undecided?: string;
  readonly stages: readonly StageReviews[];
  readonly parts: readonly PartRef[];
  readonly signing: { readonly algorithm: string; readonly keyId: string };
}

/** Management acknowledges what a campaign found. Signed, and written once. */
export interface CampaignAcknowledgement {
  readonly kind: 'nhi-campaign-acknowledgement';
  readonly registry: string;
  readonly account: string;
  readonly campaign: string;
  /** The signed package. */
  readonly package: { readonly key: string; readonly sha256: string };
  readonly acknowledgedAt: string;
  /** ARN of the session. */
  readonly acknowledgedBy: string;
  readonly reason: string;
  /** What the person says by it. */
  readonly meaning: string;
  readonly signing: { readonly algorithm: string; readonly keyId: string };
}
