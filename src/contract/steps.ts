/**
 * The steps of a transition, in the order in which a plan uses them. The state machine, the check of a step's input and the dispatch to its code all come
 * from this table.
 */
export const STEPS = {
  /** Acquires the lock, decides and stores the plan. Its result names the steps that follow. */
  Begin: {},
  /** Adds the registry's guards, the end and the tags to an adopted role. */
  Adopt: {},
  /** Denies principals everything. A wait follows, in which IAM propagates the denial. */
  Quarantine: { thenWaits: true },
  /** Switches off everything else that acts for a suspended agent. */
  Cut: { thenWaits: true },
  /** Denies principals what reviews took from the agent, or gives it back. */
  Reduce: {},
  /** Lifts the quarantine of principals, and puts back what a suspension switched off. */
  Restore: {},
  /** Removes policies that were added to a principal by hand. */
  Clean: {},
  /** Takes from an adopted role what its adoption added. */
  Return: {},
  /** Runs one batch of wipers; batches run side by side. Terminate follows. */
  Wipe: { forEach: 'batches', then: 'Terminate' },
  /** Checks everything again, then closes the trust policies of the principals. */
  Terminate: {},
  /** Asks third parties to revoke the agent's access, and asks again within a limit. What stays open is tried again by the agenda. */
  Revoke: { thenWaits: true },
  /** Records what happened and responds. A wait follows, in which CloudFormation deletes its resources. */
  Settle: { thenWaits: true },
  /**
   * Runs after the response to a leave. Checks repeatedly, within a limit, whether IAM still has the roles that CloudFormation deletes, and records
   * the result.
   */
  Watch: { thenWaits: true },
  /** Responds that the request was refused. */
  Refuse: { last: true },
  /** Records that the transition failed and responds. Every other step leads here when it fails. */
  Fail: { last: true, afterFailure: true },
} as const satisfies Record<string, StepDefinition>;

export interface StepDefinition {
  /** A wait of `progress.waitSeconds` follows. */
  readonly thenWaits?: boolean;
  /** Runs once for each item of this list in the progress. */
  readonly forEach?: string;
  /** Step that always follows. */
  readonly then?: string;
  /** The last step. */
  readonly last?: boolean;
  readonly afterFailure?: boolean;
}

export type StepName = keyof typeof STEPS;

/** The next step after all steps are done. */
export const DONE = 'Done';

export const STEP_NAMES = Object.keys(STEPS) as StepName[];
