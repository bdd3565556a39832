import { htmlOf } from './html';
import { Page, Section } from './page';
import { endsDelegation } from './review-links';
import { KINDS, Said, TEMPLATES } from './templates';
import { textOf } from './text';
import { harmless, plainSubject, readableInstant } from './texts';
import { LinkPurpose } from '../../src/contract/review-page';
import { askedBy, Notice } from '../model/notice';

/** A message, ready to send. */
export interface Digest {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

export interface DigestContext {
  readonly registry: string;
  readonly person: string;
  readonly day: string;
  /** Links to the page for reviewers, by the id of the notice's event. */
  readonly links?: ReadonlyMap<string, string>;
}

/** Notices that are shown in full, and those that are listed after them. SES allows 40 MB, but nobody reads them. */
const SHOWN = 25;
const LISTED = 500;

const TO_DO: Readonly<Record<LinkPurpose, string>> = {
  review: 'Open the review, look at it and decide.',
  offer: 'Open the page, look at the agent, and accept or decline.',
  revocation: 'Do these steps. Then open the page and confirm that it is done.',
};

/** What to do on the page to which the link of a notice leads. */
function toDoOn(notice: Notice): string {
  return notice.facts.kind === 'approval-requested' ? 'Open the page, sign in, look at it and decide.'
    : endsDelegation(notice) ? 'If that is wrong, open the page, sign in and end it.' : TO_DO[askedBy(notice) ?? 'review'];
}

/** Renders all notices of one person, the most urgent first. Pure: the same notices give the same message. */
export function renderDigest(notices: readonly Notice[], { registry, day, links = new Map() }: DigestContext): Digest {
  const sorted = [...notices].sort(byUrgency);
  const briefs = sorted.map(({ facts }) => harmless(TEMPLATES[facts.kind].brief(facts)));
  const title = briefs.length === 1 ? briefs[0] : `${briefs.length} notices about agents`;
  const page: Page = {
    title,
    intro: `Digest of ${day}, registry ${harmless(registry)}.`,
    sections: sorted.slice(0, SHOWN).map((notice, index) => sectionOf(notice, briefs[index], links.get(notice.eventId))),
    further: briefs.slice(SHOWN, SHOWN + LISTED),
    omitted: Math.max(0, briefs.length - SHOWN - LISTED),
    footer: `You get at most one such message a day. It asks for no reply and no password, and ${links.size === 0 ? 'contains no links'
      : 'its only links open the page for reviewers. They are yours: do not forward this message'}.`,
  };
  return { subject: plainSubject(`[${registry}] ${title}`), text: textOf(page), html: htmlOf(page) };
}

function sectionOf(notice: Notice, heading: string, link: string | undefined): Section {
  const { facts, audience } = notice;
  const { what, rows = [], toDo }: Said = TEMPLATES[facts.kind].says(facts, audience);
  const common: (readonly [string, string])[] = facts.agentName === ''
    ? [['Account', facts.account]]
    : [['Agent', `${facts.agentName} in stage ${facts.stage}, account ${facts.account}`]];
  const all: (readonly [string, string])[] = [...common, ...rows, ['Recorded at', readableInstant(facts.time)]];
  return {
    heading,
    what: harmless(what),
    rows: all.map(([label, value]) => [harmless(label), harmless(value)]),
    ...(link !== undefined ? { toDo: toDoOn(notice), link } : toDo === undefined ? {} : { toDo: harmless(toDo) }),
  };
}

/** The notices that are not only listed. */
export function shownInFull(notices: readonly Notice[]): Notice[] {
  return [...notices].sort(byUrgency).slice(0, SHOWN);
}

function byUrgency(one: Notice, other: Notice): number {
  const keyOf = ({ facts, eventId }: Notice): string => (
    `${String(KINDS.indexOf(facts.kind)).padStart(3, '0')} ${facts.agentName} ${facts.time} ${eventId}`);
  return keyOf(one) < keyOf(other) ? -1 : 1;
}
