import { digestDay } from './day';
import { renderDigest, shownInFull } from './digest';
import { Notifier } from './notifier';
import { linksOf } from './review-links';
import { METRICS } from '../../src/contract/metrics';
import { DigestRecord, NoticePage } from '../ledger';
import { revocationReference } from '../model/human-revocation';
import { askedBy, Notice } from '../model/notice';
import { openRevocations } from '../model/revocation';

const MINUTE_MS = 60_000;
/** A run starts no digest after it. The next run, 20 minutes after this one began, continues. */
const LONGEST_RUN_MS = 9 * MINUTE_MS;
/** Longer than a run, and shorter than the time to the next one: a run that died is repeated, and one that works is left alone. */
const CLAIM_MS = 15 * MINUTE_MS;
/** Ids of so many events fit into a row of the table. Further ones follow on the next day. */
const MOST_IN_DIGEST = 5_000;

/**
 * Sends each person one digest of everything that was collected since the last one. Runs may be doubled, late or missing. A digest is stored before it is
 * sent. If a run dies before it records that the service accepted it, the next run sends it again: a doubled mail is better than a warning that nobody
 * got.
 */
export async function sendDigests(notifier: Notifier): Promise<void> {
  const begun = notifier.now().getTime();
  for await (const notices of byPerson(notifier)) {
    if (notifier.now().getTime() - begun > LONGEST_RUN_MS) {
      return;
    }
    try {
      await sendTo(notifier, notices);
    } catch (error) {
      // One address that is refused must not keep the others from being notified.
      notifier.warn('a digest was not sent', { error: error instanceof Error ? error.name : 'unknown' });
      notifier.count(METRICS.notificationFailed);
    }
  }
}

async function sendTo(notifier: Notifier, open: readonly Notice[]): Promise<void> {
  const { notices: ledger, channel, links, registry, settings, now, unique } = notifier;
  const [{ person }] = open;
  const day = digestDay(now(), settings.digestHour);
  const digests = await ledger.digests(person);
  const told = new Set<string>();
  for (const digest of digests.filter(({ sentAt, eventIds }) => sentAt !== undefined && eventIds !== undefined)) {
    // A run died after it sent this one.
    await ledger.clean(digest, now());
    digest.eventIds?.forEach((id) => told.add(id));
  }
  const before = digests.find((digest) => digest.day === day);
  const asked = await Promise.all(open.map((notice) => isStillAsked(notifier.ledger, notice)));
  const wanted = open.filter(({ eventId }, index) => asked[index] && !told.has(eventId)).slice(0, MOST_IN_DIGEST);
  // A claim of another day counts too: what its run sends was open when this run began.
  const isClaimed = digests.some(({ claimedUntil }) => Date.parse(claimedUntil) > now().getTime());
  if (wanted.length === 0 || before?.sentAt !== undefined || isClaimed) {
    return;
  }
  const digest: DigestRecord = {
    person,
    day,
    claim: unique(),
    claimedUntil: new Date(now().getTime() + CLAIM_MS).toISOString(),
    eventIds: wanted.map(({ eventId }) => eventId),
  };
  if (!await ledger.claim(digest, before, now())) {
    return;
  }
  const linked = links === undefined ? undefined : await linksOf(links, shownInFull(wanted), now());
  const messageId = await channel.send(person, renderDigest(wanted, { registry, person, day, ...(linked === undefined ? {} : { links: linked }) }));
  const sent = { ...digest, sentAt: now().toISOString(), messageId };
  if (await ledger.confirm(sent, now())) {
    await ledger.clean(sent, now());
  }
}

/** Nobody must be asked to revoke what is confirmed: a later agent of the same name may have that access. */
async function isStillAsked(agents: Notifier['ledger'], notice: Notice): Promise<boolean> {
  if (askedBy(notice) !== 'revocation') {
    return true;
  }
  const { account, agentName, details } = notice.facts;
  const state = await agents.state({ account, agentName });
  return state !== undefined && openRevocations(state).some((one) => revocationReference(one) === details.confirmation);
}

/** What was not sent yet, person by person. Only one page and one person's notices are in memory. */
async function* byPerson({ notices: ledger }: Notifier): AsyncGenerator<readonly Notice[]> {
  let group: Notice[] = [];
  let after: NoticePage['next'];
  do {
    const { notices, next }: NoticePage = await ledger.open(after);
    for (const notice of notices) {
      if (group.length > 0 && group[0].person !== notice.person) {
        yield group;
        group = [];
      }
      group.push(notice);
    }
    after = next;
  } while (after !== undefined);
  if (group.length > 0) {
    yield group;
  }
}
