import { AdoptionCells } from './columns';
import { waysOf } from './ways';
import { validateEmail } from '../../../src/core/email';
import { InvalidInputError } from '../../../src/core/errors';
import { stageInName } from '../../../src/core/identities/stage-in-name';
import { AGENT_NAME } from '../../../src/core/name-forms';
import { InventoryRow } from '../model';

const LONGEST = 48;
/** What CloudFormation adds to a name, and words that every role could have. */
const NO_NAME = [/-(?=[A-Za-z]*\d)[A-Za-z0-9]{12,13}$/, /[-_]?((Service|Execution|Task|Instance)[-_]?)?Role$/i, /[-_](prod|production|prd|live|staging|stage|test|testing|dev|development|sandbox|qa|uat)$/i];

/** Proposals for the cells of all identities that can become agents, by ARN. What only a person can decide is left empty: how, purpose, backup and end. */
export function proposalsFor(rows: readonly InventoryRow[], registryName: string): ReadonlyMap<string, AdoptionCells> {
  const taken = new Set(rows.flatMap(({ account, agent }) => (agent === undefined ? [] : [`${account}/${agent.name}`])));
  const inOrder = rows.filter((row) => waysOf(row, registryName).ways.length > 0).sort((one, other) => (one.arn < other.arn ? -1 : 1));
  return new Map(inOrder.map((row) => [row.arn, proposalOf(row, taken)]));
}

function proposalOf({ account, name, agent, sponsors }: InventoryRow, taken: Set<string>): AdoptionCells {
  const email = sponsors.map(({ who }) => who).find(isEmail);
  const stage = stageInName(name);
  return {
    agent_name: agent?.name ?? freeName(account, name, taken),
    ...(email === undefined ? {} : { sponsor_email: email, ...nameIn(email) }),
    ...(stage === undefined ? {} : { stage }),
  };
}

function freeName(account: string, name: string, taken: Set<string>): string {
  const base = agentNameFrom(name);
  for (let count = 1; ; count++) {
    const candidate = count === 1 ? base : `${base.slice(0, LONGEST - 1 - String(count).length).replace(/-$/, '')}-${count}`;
    if (!taken.has(`${account}/${candidate}`)) {
      taken.add(`${account}/${candidate}`);
      return candidate;
    }
  }
}

/** A valid name of an agent, made of the name of a role or a user. */
export function agentNameFrom(name: string): string {
  const short = NO_NAME.reduce((text, ending) => text.replace(ending, ''), name);
  const plain = (short || name).replace(/([a-z0-9])([A-Z])/g, '$1-$2').toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '');
  const begun = /^[a-z].{2}/.test(plain) ? plain : `agent-${plain}`;
  const cut = begun.slice(0, LONGEST).replace(/-$/, '');
  return AGENT_NAME.test(cut) ? cut : 'agent';
}

function isEmail(text: string): boolean {
  try {
    validateEmail('the sponsor', text);
    return true;
  } catch (error) {
    if (error instanceof InvalidInputError) {
      return false;
    }
    throw error;
  }
}

/** Only `first.last` of letters says a person's name. */
function nameIn(email: string): { readonly sponsor_name?: string } {
  const [, first, last] = /^([a-z]+)\.([a-z]+)@/i.exec(email) ?? [];
  const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1).toLowerCase();
  return first === undefined || last === undefined ? {} : { sponsor_name: `${capital(first)} ${capital(last)}` };
}
