/** Partition of the rows about the fleet as a whole. */
export const REGISTRY_ROW = 'registry';

/** Prefix of the partition of an agent's rows. */
export const PLACEMENT_ROW = 'placement#';

/** Prefix of the partition of a request's rows, which contain credentials. */
export const REQUEST_ROW = 'request#';

/** Prefix of the partitions of the index of due dates. */
export const DUE_ROW = 'due#';

/**
 * Prefix of the partition of the engine's own rows about a request: what it decided, found and did. They are separate from the request, because IAM
 * can only restrict partitions: a principal that may store a request could otherwise store a decision about it.
 */
export const WORK_ROW = 'work#';

/** Partition of the rows about the sweeps of the agenda as a whole. */
export const AGENDA_ROW = 'agenda';

/** Prefix of the partition of a list of agents that a sweep would suspend or remove, followed by the digest of the list. */
export const SWEEP_LIST_ROW = 'agenda-list#';

/** Partition of operators' approvals of such lists. The sweep itself can't write there. */
export const SWEEP_APPROVAL_ROW = 'agenda-approval';

/** Partition of what all processes of the account that call AWS share: how fast they may. */
export const LIMITER_ROW = 'limiter';

/** Partition of notices that were not sent yet, and prefix of the partitions of what was collected and sent. They contain mail addresses. */
export const NOTICE_ROW = 'notice';

/** Prefix of the partition of what the directory last said of a person. */
export const SPONSOR_ROW = 'sponsor#';

/** Prefix of the partition of how fast a person decided the last reviews. Only the engine reads and writes it. */
export const REVIEWER_PACE_ROW = 'reviewer-pace#';

/** Prefix of the partitions of which agents a person was asked to review. They are among the rows of notices. */
export const REVIEWER_ROW = `${NOTICE_ROW}-reviewer#`;

/** Prefix of the partitions of sessions, sign-ins and used links of the page for reviewers. */
export const REVIEW_PAGE_ROW = 'review-page#';

/** Prefix of the partitions of what was signed, and of signals that wait for their receivers. */
export const SIGNAL_ROW = 'signal#';

/** Prefix of the partition of a stream to a receiver: its status and its signals. */
export const SIGNAL_STREAM_ROW = `${SIGNAL_ROW}stream#`;

/** Prefix of the partition of what a worker on premises has answered to an order. */
export const ORDER_ROW = 'order#';

/** Prefix of the partition of what the engine asks the function for revokers. Only the engine writes there, and only that function takes it. */
export const ASK_ROW = 'ask#';

/** Patterns of `dynamodb:LeadingKeys` for the rows about agents and the fleet. */
export const FLEET_ROWS: string[] = [`${PLACEMENT_ROW}*`, REGISTRY_ROW, AGENDA_ROW, `${SWEEP_LIST_ROW}*`, SWEEP_APPROVAL_ROW];

/** Patterns of `dynamodb:LeadingKeys` for the rows about requests. */
export const REQUEST_ROWS: string[] = [`${REQUEST_ROW}*`];
