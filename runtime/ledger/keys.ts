import { AGENDA_ROW, ASK_ROW, DUE_ROW, LIMITER_ROW, NOTICE_ROW, ORDER_ROW, PLACEMENT_ROW, REGISTRY_ROW, REQUEST_ROW, REVIEW_PAGE_ROW, REVIEWER_PACE_ROW, REVIEWER_ROW, SIGNAL_ROW, SIGNAL_STREAM_ROW, SPONSOR_ROW, SWEEP_APPROVAL_ROW, SWEEP_LIST_ROW, WORK_ROW } from '../../src/contract/ledger-rows';
import { Placement, placementKey } from '../../src/core/lifecycle-event';

/** Keys of the table. Account and agent name are checked before they reach this function. Neither can contain a `#`. */
export const keys = {
  placement: ({ account, agentName }: Placement): string => `${PLACEMENT_ROW}${account}#${agentName}`,
  /** Among the rows of agents, whose readers may read it. No agent's name contains a slash. */
  adoptedRole: (account: string, roleName: string): string => `${PLACEMENT_ROW}${account}#role/${roleName}`,
  adoption: 'adoption',
  state: 'state',
  lock: 'lock',
  event: (sequence: number): string => `event#${String(sequence).padStart(12, '0')}`,
  eventPrefix: 'event#',
  applied: (eventId: string): string => `applied#${eventId}`,

  request: (requestId: string): string => `${REQUEST_ROW}${requestId}`,
  body: 'request',

  work: (requestId: string): string => `${WORK_ROW}${requestId}`,
  plan: 'plan',
  turn: 'turn',
  answered: 'answered',
  report: (batch: string): string => `report#${batch}`,
  reportPrefix: 'report#',
  written: (name: string, sha256 = ''): string => `written#${name}#${sha256}`,

  registry: REGISTRY_ROW,
  living: (placement: Placement): string => `living#${placementKey(placement)}`,
  livingPrefix: 'living#',
  left: (placement: Placement): string => `left#${placementKey(placement)}`,
  leftPrefix: 'left#',
  count: (shard: number): string => `count#${shard}`,
  peers: (stage: string, shard: number): string => `peers#${stage}#${shard}`,
  due: (shard: number): string => `${DUE_ROW}${shard}`,
  leavers: (minute: number): string => `leavers#${minute}`,
  leaverLimit: 'leaver-limit',

  agenda: AGENDA_ROW,
  heldSweep: 'held',
  sweep: (execution: string): string => `sweep#${execution}`,
  agendaSettings: 'settings',
  orphanCheck: 'orphan-check',
  orphan: (roleId: string): string => `orphan#${roleId}`,
  orphanPrefix: 'orphan#',
  sweepList: (digest: string): string => `${SWEEP_LIST_ROW}${digest}`,
  listPart: (part: number): string => `part#${String(part).padStart(6, '0')}`,
  listPrefix: 'part#',
  toldApproval: (at: string): string => `told#${at}`,
  approvals: SWEEP_APPROVAL_ROW,
  approval: (digest: string): string => `list#${digest}`,
  approvalPrefix: 'list#',

  sponsor: (email: string): string => `${SPONSOR_ROW}${email}`,
  sponsorAnswer: 'answer',

  order: (id: string): string => `${ORDER_ROW}${id}`,
  orderAnswer: 'answer',

  ask: (id: string): string => `${ASK_ROW}${id}`,
  askRow: 'ask',
  underWay: (id = ''): string => `under-way#${id}`,

  pace: (person: string): string => `${REVIEWER_PACE_ROW}${person}`,
  paceRow: 'pace',

  limiter: LIMITER_ROW,
  iamCalls: 'iam',

  notices: NOTICE_ROW,
  notice: (person: string, eventId: string): string => `to#${person}#${eventId}`,
  noticePrefix: 'to#',
  collected: (eventId: string): string => `${NOTICE_ROW}#${eventId}`,
  collectedMark: 'collected',
  digests: (person: string): string => `${NOTICE_ROW}-digest#${person}`,
  digest: (day: string): string => `day#${day}`,
  digestPrefix: 'day#',

  reviewer: (person: string): string => `${REVIEWER_ROW}${person}`,
  reviewed: ({ account, agentName }: Placement): string => `agent#${account}#${agentName}`,
  reviewedPrefix: 'agent#',
  pageSession: (hash: string): string => `${REVIEW_PAGE_ROW}session#${hash}`,
  pageSignIn: (hash: string): string => `${REVIEW_PAGE_ROW}sign-in#${hash}`,
  pageLink: (hash: string): string => `${REVIEW_PAGE_ROW}link#${hash}`,
  pageRow: 'page',

  signalCursor: (placement: Placement): string => `${SIGNAL_ROW}cursor#${placementKey(placement)}`,
  cursorRow: 'cursor',
  signalStream: (streamId: string): string => `${SIGNAL_STREAM_ROW}${streamId}`,
  signal: (jti: string): string => `set#${jti}`,
  signalPrefix: 'set#',
  streamStatus: 'status',
  streamConfiguration: 'configuration',
  streamVerification: 'verification',
  streamLease: 'lease',
};
