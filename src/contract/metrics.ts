/** CloudWatch namespace of the engine's metrics. */
export const METRIC_NAMESPACE = 'NhiLifecycle';

/** Dimension of every metric, besides `registry`. */
export const METRIC_SERVICE = 'nhi-lifecycle';

/** Counts that the engine sends to CloudWatch, with dimensions `registry` and `service`. */
export const METRICS = {
  /** Teardowns that ended with something left. */
  teardownIncomplete: 'TeardownIncomplete',
  /** Joins, moves, retirements and leaves that failed, for any reason. */
  transitionFailed: 'TransitionFailed',
  /** Roles of departed agents that still exist, and roles under the registry's path that belong to no agent. */
  orphanFound: 'OrphanFound',
  /** Requests that CloudFormation did not confirm, and invocations of the function for revokers that the engine did not make. */
  requestUnconfirmed: 'RequestUnconfirmed',
  /** Events whose copy in the evidence differs from the ledger. */
  evidenceDiffers: 'EvidenceDiffers',
  /** Events of a `suspendOn` rule that name no living agent of the registry. */
  suspensionEventIgnored: 'SuspensionEventIgnored',
  /** Milliseconds from the request of a drill until every principal was confirmed as denied. */
  suspensionLatency: 'SuspensionLatency',
  /** Sweeps that did not suspend, remove or pass on agents, because they were too many. */
  sweepHeld: 'SweepHeld',
  /** Calls that IAM throttled, with retries. */
  iamThrottled: 'IamThrottled',
  /** Digests for people that could not be sent. */
  notificationFailed: 'NotificationFailed',
  /** Questions about sponsors that the directory did not answer. */
  sponsorDirectoryFailed: 'SponsorDirectoryFailed',
  /** Attempts at a third party after which it is not confirmed that an agent's access no longer exists. */
  revocationOpen: 'RevocationOpen',
  /** Answers of workers on premises that belong to no order of the registry. */
  answerRefused: 'AnswerRefused',
  /** Reviewers who decide faster than anybody can read, or who keep whatever was found. */
  rubberStampSuspected: 'RubberStampSuspected',
  /** Links and sessions of the page for reviewers that were refused: forged, altered, expired, used or meant for something else. */
  reviewLinkRefused: 'ReviewLinkRefused',
  /** Signals that a receiver did not take in time, or reported as invalid. */
  signalUndelivered: 'SignalUndelivered',
  /** Records in AWS Agent Registry that could not be brought in step in three attempts. */
  catalogueFailed: 'CatalogueFailed',
} as const;

export type MetricName = (typeof METRICS)[keyof typeof METRICS];
