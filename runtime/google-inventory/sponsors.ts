import { Account, Project } from './facts';
import { Caller } from '../../src/core/identities/caller';
import { Sponsorship } from '../inventory/model';
import { tagged } from '../inventory/sponsors';

const ADDRESS = /[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g;
const OF_GOOGLE = /gserviceaccount\.com$/;
/** Words in front of a name. The agents' own descriptions begin with the first. */
const WORD = /\b(?:sponsor|owned by|owner|contact|maintainer|team)\s*[:=]?\s+([^\s,;:()]+(?:@[^\s,;:()]+)?)/gi;

/** Likely sponsors with the evidence for each, the likeliest first. Service accounts have no labels, and Google does not say who created one. */
export function sponsorsOfAccount(
  { displayName, description }: Account, project: Project | undefined, callers: readonly Caller[], codeOwners: readonly Sponsorship[] = [],
): Sponsorship[] {
  const found = [
    ...inText(description, 'its description'),
    ...inText(displayName, 'its display name'),
    ...codeOwners,
    ...callers.filter(({ kind, weakness }) => kind === 'repository' && weakness === undefined).map(({ name }) => ({ who: `owners of ${name}`, evidence: 'its policy' })),
    ...(project === undefined ? [] : tagged(project.labels, 'label').map(({ who, evidence }) => ({ who, evidence: `${evidence} of project ${project.id}` }))),
  ];
  return found.filter(({ who }, index) => found.findIndex((other) => other.who === who) === index);
}

function inText(text: string, evidence: string): Sponsorship[] {
  const words = [...text.matchAll(WORD)].map(([, who]) => who);
  const addresses = [...text.matchAll(ADDRESS)].map(([who]) => who);
  return [...words, ...addresses].map((who) => who.replace(/[.,;:]+$/, '')).filter((who) => who !== '' && !OF_GOOGLE.test(who)).map((who) => ({ who, evidence }));
}
