import {
  GenerateCredentialReportCommand, GetAccountAuthorizationDetailsCommand, GetAccountSummaryCommand, GetCredentialReportCommand, IAMClient,
} from '@aws-sdk/client-iam';
import { readReport, ReportedUser } from './credential-report';
import { countOf, Entities, entitiesOf, merged } from './entities';
import { nextMarker } from './markers';
import { KeptPage, PageStore } from './page-store';
import { InvalidInputError, reasonOf, RetryableError } from '../../src/core/errors';

/** What one account says of its roles and users. */
export interface AccountFacts {
  readonly entities: Entities;
  readonly report: ReadonlyMap<string, ReportedUser>;
  /** When AWS made the credential report, which can be up to four hours ago. */
  readonly reportAt?: string;
}

/** How far the listing is. */
export interface Progress {
  readonly done: number;
  /** Of which a run before this one had read. */
  readonly before: number;
  /** Absent while there is only one page, which needs no estimate. */
  readonly expected?: number;
}

export interface ReadOptions {
  readonly iam: IAMClient;
  readonly store: PageStore;
  readonly now: Date;
  readonly pause: (milliseconds: number) => Promise<void>;
  readonly tell: (progress: Progress) => void;
}

const PAGE = 1_000;
const LOOKS = 60;
const LOOK_EVERY_MS = 2_000;
const THROTTLED = /^(Throttl|TooManyRequests|RequestLimitExceeded)/;
const REPORT_LATE = /^CredentialReport(NotReady|NotPresent|Expired)/;

/**
 * Reads an account: a call for every 1,000 roles, users, groups and policies, three for the credential report if AWS has made it by the time that the
 * listing is complete, and one for counts if there is more than one page.
 *
 * @throws RetryableError `CredentialReportLate`, `ListingIncomplete`, `IamThrottles`
 */
export async function readAccount(options: ReadOptions): Promise<AccountFacts> {
  const { iam, now } = options;
  // AWS makes the report while the listing is read.
  const isReady = (await iam.send(new GenerateCredentialReportCommand({}))).State === 'COMPLETE';
  const entities = merged((await readPages(options)).map((page) => page.entities));
  const { csv, at } = await readCredentials(options, isReady);
  return { entities, report: readReport(csv, now), ...(at === undefined ? {} : { reportAt: at.toISOString() }) };
}

async function readPages({ iam, store, now, tell }: ReadOptions): Promise<KeptPage[]> {
  const { began, pages: kept } = store.read(now);
  const pages = [...kept];
  let done = sum(pages);
  const before = done;
  let expected: number | undefined;
  while (pages.length === 0 || pages.at(-1)!.next !== undefined) {
    expected ??= pages.length === 0 ? undefined : await expectedCount(iam);
    tell({ done, before, ...(expected === undefined ? {} : { expected }) });
    const Marker = pages.at(-1)?.next;
    try {
      const answer = await iam.send(new GetAccountAuthorizationDetailsCommand({ MaxItems: PAGE, Marker }));
      const next = nextMarker(answer, Marker);
      const page: KeptPage = { entities: entitiesOf(answer), ...(next === undefined ? {} : { next }) };
      store.keep(pages.length, began, page);
      pages.push(page);
      done += countOf(page.entities);
    } catch (error) {
      if (error instanceof InvalidInputError) {
        throw error;
      }
      if (THROTTLED.test((error as Error).name)) {
        throw new RetryableError('IamThrottles', `IAM throttles its listing in spite of all pauses (${reasonOf(error)}): run the same command again in a few minutes, it continues after the last page`, { cause: error });
      }
      // The marker of an earlier run may no longer be valid: the listing starts again.
      if (pages.length !== kept.length || kept.length === 0 || !/^(ValidationError|InvalidInput)/.test((error as Error).name)) {
        throw error;
      }
      store.restart();
      return readPages({ iam, store, now, tell } as ReadOptions);
    }
  }
  tell({ done, before, expected: done });
  return pages;
}

function sum(pages: readonly KeptPage[]): number {
  return pages.reduce((total, { entities }) => total + countOf(entities), 0);
}

async function expectedCount(iam: IAMClient): Promise<number> {
  const { SummaryMap: summary = {} } = await iam.send(new GetAccountSummaryCommand({}));
  const { Roles: roles = 0, Users: users = 0, Groups: groups = 0, Policies: policies = 0 } = summary;
  return roles + users + groups + policies;
}

/** Undefined if AWS has deleted the report since, as it does after four hours, or makes another one. */
async function reportIn(iam: IAMClient): Promise<{ csv: string; at?: Date } | undefined> {
  try {
    const { Content: content = new Uint8Array(), GeneratedTime: at } = await iam.send(new GetCredentialReportCommand({}));
    return { csv: Buffer.from(content).toString('utf8'), ...(at === undefined ? {} : { at }) };
  } catch (error) {
    if (REPORT_LATE.test((error as Error).name)) {
      return undefined;
    }
    throw error;
  }
}

async function readCredentials({ iam, pause }: ReadOptions, isReady: boolean): Promise<{ csv: string; at?: Date }> {
  for (let look = 0, ready = isReady; look < LOOKS; look++) {
    ready ||= (await iam.send(new GenerateCredentialReportCommand({}))).State === 'COMPLETE';
    const report = ready ? await reportIn(iam) : undefined;
    if (report !== undefined) {
      return report;
    }
    ready = false;
    await pause(LOOK_EVERY_MS);
  }
  throw new RetryableError('CredentialReportLate', `AWS has not made the credential report in ${(LOOKS * LOOK_EVERY_MS) / 1000} s: run the command again in a few minutes`);
}
