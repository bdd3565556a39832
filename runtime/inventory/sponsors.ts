import { agentKeysIn } from './agents';
import { Maker, Sponsorship } from './model';
import { Caller } from '../../src/core/identities/caller';

/** What says who is accountable. */
export interface SponsorSources {
  readonly tags: Readonly<Record<string, string>>;
  readonly madeBy?: Maker;
  readonly assumedBy: readonly Caller[];
  /** Tags of its stack. */
  readonly stackTags?: Readonly<Record<string, string>>;
  /** Who created it, as CloudTrail says. */
  readonly creator?: string;
  /** Owners in a CODEOWNERS file. */
  readonly codeOwners?: readonly Sponsorship[];
}

/** Keys of tags that people use for this, the most telling first. Without regard to case, hyphens and underscores. */
const KEYS = [
  'sponsor', 'owneremail', 'owner', 'technicalowner', 'businessowner', 'serviceowner', 'contact', 'maintainer', 'responsible',
  'createdby', 'creator', 'ownedby', 'team', 'squad', 'group', 'department',
];

/** Likely sponsors with the evidence for each, the likeliest first. None of them has agreed to anything. */
export function sponsorsOf({ tags, madeBy, assumedBy, stackTags = {}, creator, codeOwners = [] }: SponsorSources): Sponsorship[] {
  const repositories = assumedBy.filter(({ kind, weakness }) => kind === 'repository' && weakness !== 'no-subject' && weakness !== 'wide-subject');
  const declared = agentKeysIn(tags)?.sponsor ?? '';
  const found = [
    ...(tags[declared] === undefined ? [] : [{ who: tags[declared], evidence: `tag ${declared}` }]),
    ...tagged(tags, 'tag'),
    ...tagged(stackTags, `tag of stack ${madeBy?.stack ?? ''}`.trim()),
    ...codeOwners,
    ...(creator === undefined ? [] : [{ who: creator, evidence: 'created it, by CloudTrail' }]),
    ...repositories.map(({ name }) => ({ who: `owners of ${name}`, evidence: 'its trust policy' })),
    ...(madeBy?.stack === undefined ? [] : [{ who: `owners of stack ${madeBy.stack}`, evidence: madeBy.evidence }]),
  ];
  return found.filter(({ who }, index) => found.findIndex((other) => other.who === who) === index);
}

function tagged(tags: Readonly<Record<string, string>>, what: string): Sponsorship[] {
  const plain = Object.entries(tags).filter(([, value]) => value.trim() !== '').map(([key, value]) => ({ key, value, plain: key.toLowerCase().replace(/[-_: ]/g, '') }));
  return KEYS.flatMap((wanted) => plain.filter((one) => one.plain === wanted)).map(({ key, value }) => ({ who: value, evidence: `${what} ${key}` }));
}
