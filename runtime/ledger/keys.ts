import { Placement } from '../../src/core/lifecycle-event';

/** Keys of the one table. Account and agent name are checked before they get here; neither can hold a `#`. */
export const keys = {
  placement: ({ account, agentName }: Placement): string => `placement#${account}#${agentName}`,
  request: (requestId: string): string => `request#${requestId}`,
  registry: 'registry',
  state: 'state',
  lock: 'lock',
  event: (sequence: number): string => `event#${String(sequence).padStart(12, '0')}`,
  eventPrefix: 'event#',
  applied: (eventId: string): string => `applied#${eventId}`,
  outbox: (sequence: number): string => `outbox#${String(sequence).padStart(12, '0')}`,
  outboxPrefix: 'outbox#',
  summary: ({ account, agentName }: Placement): string => `placement#${account}#${agentName}`,
  summaryPrefix: 'placement#',
  leavers: (hour: number): string => `leavers#${hour}`,
  leaverLimit: 'leaver-limit',
  body: 'request',
  plan: 'plan',
  report: (wiper: string): string => `report#${wiper}`,
  reportPrefix: 'report#',
};
