import { keys } from './keys';
import { IS_NEW, Item, Table } from './table';
import { RetryableError } from '../../src/core/errors';
import { askedBy, Notice } from '../model/notice';

/** What a person was sent, or is being sent, on one day. */
export interface DigestRecord {
  readonly person: string;
  readonly day: string;
  /** Identifies the run that sends it. */
  readonly claim: string;
  /** Until then no other run sends it. */
  readonly claimedUntil: string;
  /** Events in it. Absent once their notices are deleted. */
  readonly eventIds?: readonly string[];
  /** When the service accepted it. Absent until then. */
  readonly sentAt?: string;
  readonly messageId?: string;
}

/** A part of the notices that were not sent, in the order of people. */
export interface NoticePage {
  readonly notices: readonly Notice[];
  readonly next?: Item;
}

const DAY_SECONDS = 86_400;
/** Notices and the marks of what was collected and sent are deleted after it. EventBridge delivers an event at the latest a day late. */
const KEPT_DAYS = 30;
/** The longest deadline of a review with the longest grace period after it. */
const ASKED_DAYS = 460;
const PAGE = 500;
/** Rows that are deleted at the same time. */
const AT_ONCE = 25;

/** The notices for people, and the digests in which they are sent. */
export class NoticeLedger {
  public constructor(private readonly table: Table) {}

  /**
   * Stores the notices of one event, once, however often it is delivered. Returns false if they were stored before.
   *
   * @param asked people who may decide about the event's agent, besides those whose notices ask them
   */
  public async collect(eventId: string, notices: readonly Notice[], now: Date, asked: readonly string[] = []): Promise<boolean> {
    const ttl = ttlFrom(now);
    const [{ facts: { account, agentName } }] = notices;
    const people = new Set([...notices.filter((notice) => askedBy(notice) !== undefined).map(({ person }) => person), ...asked]);
    const mark = { pk: keys.collected(eventId), sk: keys.collectedMark };
    try {
      await this.table.write([
        this.table.putting({ ...mark, ttl }, IS_NEW),
        ...notices.map((notice) => this.table.putting({ pk: keys.notices, sk: keys.notice(notice.person, eventId), notice, ttl })),
        // Also the list of what a person is asked to decide, so that the page for reviewers need not read the fleet.
        ...[...people].map((person) => this.table.putting({
          pk: keys.reviewer(person), sk: keys.reviewed({ account, agentName }), placement: { account, agentName }, ttl: ttlFrom(now, ASKED_DAYS),
        })),
      ]);
      return true;
    } catch (error) {
      // Another transaction may only be in the way, so the mark decides.
      if (error instanceof RetryableError && await this.table.get(mark.pk, mark.sk) !== undefined) {
        return false;
      }
      throw error;
    }
  }

  /** One part of what was not sent yet. The notices for one person follow each other. */
  public async open(after?: Item): Promise<NoticePage> {
    const { items, last } = await this.table.pageOf<{ notice: Notice }>(keys.notices, keys.noticePrefix, PAGE, after);
    return { notices: items.map(({ notice }) => notice), ...(last === undefined ? {} : { next: last }) };
  }

  /** A person's digests of the last days, the earliest first. */
  public async digests(person: string): Promise<DigestRecord[]> {
    return (await this.table.query<{ digest: DigestRecord }>(keys.digests(person), keys.digestPrefix)).map(({ digest }) => digest);
  }

  /**
   * Stores a digest before it is sent. Returns false if another run did so in between.
   *
   * @param before the claim that it replaces, of a run that did not confirm what it sent
   */
  public async claim(digest: DigestRecord, before: DigestRecord | undefined, now: Date): Promise<boolean> {
    return this.store(digest, before === undefined ? IS_NEW : ofClaim(before), now);
  }

  /** Records that a digest was sent. Returns false if another run claimed it in between. */
  public async confirm(digest: DigestRecord, now: Date): Promise<boolean> {
    return this.store(digest, ofClaim(digest), now);
  }

  /** Deletes the notices of a digest that was sent. It may be repeated. */
  public async clean(digest: DigestRecord, now: Date): Promise<void> {
    const { eventIds = [], ...rest } = digest;
    for (let start = 0; start < eventIds.length; start += AT_ONCE) {
      const slice = eventIds.slice(start, start + AT_ONCE);
      await Promise.all(slice.map((id) => this.table.delete({ pk: keys.notices, sk: keys.notice(digest.person, id) })));
    }
    await this.store(rest, ofClaim(digest), now);
  }

  private async store(digest: DigestRecord, condition: typeof IS_NEW, now: Date): Promise<boolean> {
    const { person, day, claim } = digest;
    return (await this.table.put({ pk: keys.digests(person), sk: keys.digest(day), digest, claim, ttl: ttlFrom(now) }, condition)).written;
  }
}

function ofClaim({ claim }: DigestRecord): typeof IS_NEW {
  return { expression: 'claim = :claim', values: { ':claim': claim } };
}

function ttlFrom(now: Date, days = KEPT_DAYS): number {
  return Math.floor(now.getTime() / 1000) + days * DAY_SECONDS;
}
