import { keys } from './keys';
import { IS_NEW, Table, Write } from './table';
import { LinkPurpose } from '../../src/contract/review-page';
import { Placement } from '../../src/core/lifecycle-event';

/** A link that opened a session. */
export interface OpenedLink extends Placement {
  /** SHA-256 of the link's nonce, hex. */
  readonly hash: string;
  readonly purpose: LinkPurpose;
  readonly reviewId: string;
  /** Mail address in lower case. */
  readonly person: string;
}

/** Who signed in. */
export interface SignedIn {
  /** Verified mail address in lower case. */
  readonly email: string;
  readonly issuer: string;
  readonly subject: string;
}

/** A session of a browser. Its id is only in the cookie; the ledger has the id's SHA-256. */
export interface PageSession {
  readonly hash: string;
  /** In each form, so that no other page can send one. */
  readonly formToken: string;
  readonly expiresAt: string;
  readonly link?: OpenedLink;
  /** Whether the person may see all agents, as the identity provider or the registry's settings said at the sign-in. Never by a link. */
  readonly isOperator?: true;
  readonly identity?: SignedIn;
}

/** A sign-in that has begun. The hash is of its `state`. */
export interface SignInAttempt {
  readonly hash: string;
  /** SHA-256 of the cookie that the browser got: another browser can't end the sign-in. */
  readonly browser: string;
  readonly nonce: string;
  readonly verifier: string;
  readonly returnTo: string;
  readonly expiresAt: string;
}

/** What is known of a link that was opened at least once. */
export interface LinkRecord {
  /** How often it opened a session. */
  readonly opened: number;
  /** The session that used it, with the requests of its decisions. One that was refused has used nothing. */
  readonly usedBy?: { readonly session: string; readonly requestIds: readonly string[] };
  readonly version: number;
}

const DAY_SECONDS = 86_400;
/** Longer than any link is valid. */
const LINK_DAYS = 60;

/** Sessions, sign-ins and links of the page for reviewers. */
export class ReviewPageLedger {
  public constructor(private readonly table: Table) {}

  public async saveSession(session: PageSession): Promise<void> {
    await this.table.put({ pk: keys.pageSession(session.hash), sk: keys.pageRow, session, ttl: secondsOf(session.expiresAt) + DAY_SECONDS });
  }

  /** DynamoDB deletes expired rows days later, so the end is compared. */
  public async session(hash: string, now: Date): Promise<PageSession | undefined> {
    const row = await this.table.get<{ session: PageSession }>(keys.pageSession(hash), keys.pageRow);
    return row !== undefined && Date.parse(row.session.expiresAt) > now.getTime() ? row.session : undefined;
  }

  public async endSession(hash: string): Promise<void> {
    await this.table.delete({ pk: keys.pageSession(hash), sk: keys.pageRow });
  }

  public async saveSignIn(attempt: SignInAttempt): Promise<void> {
    const { hash, browser, expiresAt } = attempt;
    await this.table.put({ pk: keys.pageSignIn(hash), sk: keys.pageRow, attempt, browser, ttl: secondsOf(expiresAt) + DAY_SECONDS }, IS_NEW);
  }

  /** Returns a sign-in that this browser began, once. */
  public async takeSignIn(hash: string, browser: string, now: Date): Promise<SignInAttempt | undefined> {
    const key = { pk: keys.pageSignIn(hash), sk: keys.pageRow };
    const row = await this.table.get<{ attempt: SignInAttempt }>(key.pk, key.sk);
    const { written } = await this.table.delete(key, { expression: 'browser = :browser', values: { ':browser': browser } });
    return row !== undefined && written && Date.parse(row.attempt.expiresAt) > now.getTime() ? row.attempt : undefined;
  }

  public async link(hash: string): Promise<LinkRecord | undefined> {
    return (await this.table.get<{ link: LinkRecord }>(keys.pageLink(hash), keys.pageRow))?.link;
  }

  /** Writes what became of a link, if nobody did so since it was read. */
  public async saveLink(hash: string, before: LinkRecord | undefined, after: Omit<LinkRecord, 'version'>, now: Date): Promise<boolean> {
    const { item, condition } = changeOf(hash, before, after, now);
    return (await this.table.put(item, condition)).written;
  }

  /** The same as part of a transaction. */
  public savingLink(hash: string, before: LinkRecord | undefined, after: Omit<LinkRecord, 'version'>, now: Date): Write {
    const { item, condition } = changeOf(hash, before, after, now);
    return this.table.putting(item, condition);
  }

  /** Agents about which a person was asked to decide, also those about which nothing waits any more. */
  public async reviewedBy(person: string, limit: number): Promise<Placement[]> {
    const rows = await this.table.query<{ placement: Placement }>(keys.reviewer(person), keys.reviewedPrefix, limit);
    return rows.map(({ placement }) => placement);
  }
}

function changeOf(hash: string, before: LinkRecord | undefined, after: Omit<LinkRecord, 'version'>, now: Date) {
  const version = (before?.version ?? 0) + 1;
  return {
    item: {
      pk: keys.pageLink(hash), sk: keys.pageRow, link: { ...after, version }, version, ttl: secondsOf(now.toISOString()) + LINK_DAYS * DAY_SECONDS,
    },
    condition: before === undefined ? IS_NEW : { expression: 'version = :version', values: { ':version': before.version } },
  };
}

function secondsOf(instant: string): number {
  return Math.floor(Date.parse(instant) / 1000);
}
