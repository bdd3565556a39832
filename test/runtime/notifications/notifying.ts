import { noticeOf } from './facts';
import { NoticeLedger, OrphanLedger, PlacementLedger, SweepLedger } from '../../../runtime/ledger';
import { Notice, NoticeKind } from '../../../runtime/model/notice';
import { Notifier } from '../../../runtime/notifications';
import { Digest } from '../../../runtime/notifications/digest';
import { Disturb, MemoryTable } from '../ledger/memory-table';

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

export interface Sent extends Digest { readonly person: string; readonly at: number }

/** A notifier on a table in memory, with an inbox. */
export class FakeNotifier {
  public readonly memory = new MemoryTable();
  public readonly inbox: Sent[] = [];
  public readonly metrics: string[] = [];
  public readonly warnings: string[] = [];
  /** Who can't be reached. */
  public readonly unreachable = new Set<string>();
  /** Called around each call of the table and of the mail service. */
  public around: Disturb;
  public now = new Date('2027-02-01T06:00:00Z');
  public readonly notifier: Notifier;
  private claims = 0;

  constructor() {
    this.around = () => undefined;
    this.memory.disturb = (call, moment) => this.around(call, moment);
    const { table } = this.memory;
    this.notifier = {
      registry: 'agents',
      settings: { channel: { kind: 'mail', from: 'agents@example.com' }, digestHour: 6, operators: ['ops@example.com'] },
      ledger: new PlacementLedger(table),
      sweeps: new SweepLedger(table),
      orphans: new OrphanLedger(table),
      notices: new NoticeLedger(table),
      channel: {
        send: async (person, digest) => {
          this.around('ses:SendEmail', 'before');
          if (this.unreachable.has(person)) {
            throw new Error('MessageRejected');
          }
          this.inbox.push({ ...digest, person, at: this.now.getTime() });
          this.around('ses:SendEmail', 'after');
          return `message-${this.inbox.length}`;
        },
      },
      now: () => this.now,
      unique: () => `claim-${++this.claims}`,
      count: (metric) => void this.metrics.push(metric),
      warn: (message, fields) => void this.warnings.push(`${message} ${JSON.stringify(fields)}`),
    };
  }

  public pass(milliseconds: number): void {
    this.now = new Date(this.now.getTime() + milliseconds);
  }

  /** Collects a notice, as after an event. */
  public async collect(kind: NoticeKind, agentName: string, person?: string): Promise<Notice> {
    const notice = noticeOf(kind, { agentName, time: this.now.toISOString() }, person);
    await this.notifier.notices.collect(notice.eventId, [notice], this.now);
    return notice;
  }

  public rows(prefix: string): string[] {
    return [...this.memory.items.keys()].filter((key) => key.startsWith(prefix));
  }
}
