/** A decision, as it is compared with the person's other decisions. */
export interface PacedDecision {
  /** Mail address in lower case. */
  readonly person: string;
  /** The review: agent and instant of the opening. */
  readonly review: string;
  readonly request: string;
  readonly at: string;
  /** From when the review was shown until the decision, as the reviewer's program or the page says. */
  readonly seconds: number;
  readonly isKeep: boolean;
  readonly hadFindings: boolean;
}

/** What a person decided in one review. */
export interface PacedReview {
  readonly review: string;
  /** The last request about it. */
  readonly request: string;
  readonly at: string;
  readonly seconds: number;
  /** Nothing of it was denied, and no change was asked for. */
  readonly keptAll: boolean;
  readonly hadFindings: boolean;
}

/** Why somebody's decisions look like rubber-stamping. */
export interface Suspicion {
  readonly at: string;
  /** The request of the decision with which the suspicion arose. */
  readonly request: string;
  readonly reviews: number;
  readonly medianSeconds: number;
  readonly withFindings: number;
  /** Share of the reviews with findings in which everything was kept, 0 to 1. */
  readonly keepRate: number;
  readonly why: readonly ('fast' | 'keeps-findings')[];
}

/** A person's last reviews. */
export interface PaceRecord {
  readonly reviews: readonly PacedReview[];
  /** The last suspicion. What was decided until then counts for no other one. */
  readonly suspicion?: Suspicion;
}
