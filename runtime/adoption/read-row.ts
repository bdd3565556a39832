import { AgentRow } from './model';
import { StageOfRegistry } from './stages';
import { ON_REMOVAL, OnRemoval } from '../../src/contract/adoption';
import { STACK_NAME } from '../../src/contract/name-forms';
import { Expiry, Sponsor } from '../../src/core';
import { validateAgentName } from '../../src/core/agent-name';
import { requireCell } from '../../src/core/cell';
import { validateEmail } from '../../src/core/email';
import { InvalidInputError } from '../../src/core/errors';
import { isPast } from '../../src/core/expiry';
import { requirePurpose } from '../../src/core/purpose';
import { RowFaults, RowPlace } from '../../src/core/row-faults';
import { shown } from '../../src/core/shown';
import { requireSponsorName } from '../../src/core/sponsor';
import { sponsorToRecord } from '../../src/core/sponsor-record';
import { lastDayBefore, latestEnd } from '../../src/core/tenure';
import { Adoptable, ADOPTION_COLUMNS, AdoptionColumn, Way, WAYS, waysOf } from '../inventory';

/** The cell of a column. */
export type RowCells = (column: string) => string;

/** Columns of an inventory that say what an identity is. */
const IDENTITY_COLUMNS = ['type', 'arn', 'kind', 'kind_because', 'agent', 'registry'] as const;
export const NAMED_COLUMNS: readonly string[] = [...IDENTITY_COLUMNS, ...ADOPTION_COLUMNS];

const TYPES: readonly Adoptable['type'][] = ['role', 'user', 'root', 'roles-anywhere-subject'];
const KINDS: readonly Adoptable['kind'][] = ['machine', 'human', 'service-linked', 'aws-created'];
const REQUIRED: readonly AdoptionColumn[] = ['agent_name', 'purpose', 'sponsor_name', 'sponsor_email', 'sponsor_backup', 'stage', 'expires'];
/** The word for an identity that stays as it is. An empty cell says that nobody has decided. */
export const LEAVE_ALONE = 'leave';

interface RowContext {
  readonly registry: string;
  readonly now: Date;
  readonly stages: readonly StageOfRegistry[];
  readonly place: RowPlace;
  readonly faults: RowFaults;
}

interface ReadRow {
  readonly agent?: AgentRow;
  readonly isUndecided?: boolean;
}

/** Reads a row. What is wrong with it is added to the faults, and then there is no agent. */
export function readRow(cells: RowCells, context: RowContext): ReadRow {
  const { place, faults, registry } = context;
  let isFaulty = false;
  const fault = (column: string, code: string, reason: string): void => {
    isFaulty = true;
    faults.add(place, column, code, reason);
  };
  const identity = identityOf(cells, fault);
  if (identity === undefined) {
    return {};
  }
  const { ways, because } = waysOf(identity, registry);
  const how = cells('how');
  if (how === '' || how === LEAVE_ALONE) {
    return { isUndecided: how === '' && ways.length > 0 };
  }
  const known = WAYS.find((way) => way === how);
  if (known === undefined || !ways.includes(known)) {
    fault('how', known === undefined ? 'WayUnknown' : 'WayImpossible', known === undefined
      ? `${shown(how)} is not allowed: use ${WAYS.join(', ')} or ${LEAVE_ALONE}`
      : `${shown(how)} is not possible: ${because ?? 'it is refused'}: use ${[...ways, LEAVE_ALONE].join(' or ')}`);
    return {};
  }
  const agent = agentOf(known, identity, cells, { ...context, fault });
  return isFaulty || agent === undefined ? {} : { agent };
}

type Fault = (column: string, code: string, reason: string) => void;

function identityOf(cells: RowCells, fault: Fault): Adoptable | undefined {
  const [type, kind] = [TYPES.find((one) => one === cells('type')), KINDS.find((one) => one === cells('kind'))];
  if (type === undefined) {
    fault('type', 'TypeUnknown', `${shown(cells('type'))} is not allowed: use ${TYPES.join(', ')}`);
  }
  if (kind === undefined) {
    fault('kind', 'KindUnknown', `${shown(cells('kind'))} is not allowed: use ${KINDS.join(', ')}`);
  }
  const [agent, registry] = [cells('agent'), cells('registry')];
  return type === undefined || kind === undefined ? undefined : {
    type, kind, arn: cells('arn'), kindBecause: cells('kind_because'), ...(agent === '' ? {} : { agent: { name: agent, registry } }),
  };
}

function agentOf(
  how: Way, { type, arn, agent }: Adoptable, cells: RowCells, { now, stages, fault }: RowContext & { fault: Fault },
): AgentRow | undefined {
  const account = /^arn:[a-z-]+:iam::(\d{12}):(?:role|user)\//.exec(arn)?.[1];
  if (account === undefined) {
    fault('arn', 'ArnInvalid', `${shown(arn)} is not the ARN of a role or a user: restore the cell of the inventory`);
  }
  REQUIRED.filter((column) => cells(column) === '').forEach((column) => fault(column, 'CellMissing', 'the cell is empty, and every agent needs one'));
  const texts = new Map<AdoptionColumn, string>();
  for (const column of ADOPTION_COLUMNS.filter((one) => cells(one) !== '')) {
    checking(column, fault, () => {
      CHECKS[column](requireCell(`the cell ${column}`, cells(column)), { now, stages, cells });
      texts.set(column, cells(column));
    });
  }
  const has = (column: AdoptionColumn): boolean => cells(column) !== '';
  if (has('team') !== has('team_mailbox')) {
    fault(has('team') ? 'team_mailbox' : 'team', 'CellMissing', 'the cell is empty: a team has a name (team) and a mailbox (team_mailbox)');
  }
  if (agent !== undefined && texts.has('agent_name') && texts.get('agent_name') !== agent.name) {
    fault('agent_name', 'AgentNameFixed', `it is agent ${shown(agent.name)} already, and an agent keeps its name: write that`);
  }
  const stage = stages.find(({ name }) => name === texts.get('stage'));
  const text = (column: AdoptionColumn): string => texts.get(column) ?? '';
  const sponsor = sponsorOf(text, fault);
  if (account === undefined || stage === undefined || sponsor === undefined) {
    return undefined;
  }
  const isAgent = agent !== undefined;
  return {
    how,
    type: type === 'user' ? 'user' : 'role',
    arn,
    account,
    agentName: text('agent_name'),
    purpose: text('purpose'),
    sponsor,
    stage,
    expires: text('expires'),
    onRemoval: ON_REMOVAL.find((one) => one === text('on_removal')) ?? 'release',
    stackName: text('stack') || defaultStack(how === 'adopt' || isAgent, text('agent_name'), stage.name),
    isAgent,
  };
}

/**
 * Account and stage of an adopted role never change, so the agent never has to be handed over to another stack. An agent with a role of its own shares a stack with the compute that has the role,
 * and with nothing else.
 */
function defaultStack(isAdopted: boolean, agentName: string, stage: string): string {
  return isAdopted ? `adopted-${stage}` : `agent-${agentName}`;
}

function sponsorOf(text: (column: AdoptionColumn) => string, fault: Fault): AgentRow['sponsor'] | undefined {
  const [name, email, backupEmail] = [text('sponsor_name'), text('sponsor_email'), text('sponsor_backup')];
  const [team, mailbox] = [text('team'), text('team_mailbox')];
  if ([name, email, backupEmail].includes('')) {
    return undefined;
  }
  // Each part was checked: what remains is that the backup is another person.
  return checking('sponsor_backup', fault, () => sponsorToRecord(team === '' || mailbox === '' ? Sponsor.person({ name, email, backupEmail })
    : Sponsor.team({ name: team, mailbox, accountableName: name, accountableEmail: email, backupEmail })));
}

/** What a cell is checked with. */
export interface CheckContext {
  readonly now: Date;
  readonly stages: readonly StageOfRegistry[];
  readonly cells: RowCells;
}

/** What each column may hold. */
export const CHECKS: Readonly<Record<AdoptionColumn, (cell: string, context: CheckContext) => unknown>> = {
  how: () => undefined,
  agent_name: validateAgentName,
  purpose: requirePurpose,
  sponsor_name: (cell) => requireSponsorName('the sponsor name', cell),
  sponsor_email: (cell) => validateEmail('the sponsor email', cell),
  sponsor_backup: (cell) => validateEmail('the backup email', cell),
  team: (cell) => requireSponsorName('the team', cell),
  team_mailbox: (cell) => validateEmail('the mailbox of the team', cell),
  stage: (cell, { stages }) => requireOneOf('StageUnknown', cell, stages.map(({ name }) => name)),
  expires: checkEnd,
  on_removal: (cell) => requireOneOf<OnRemoval>('OnRemovalInvalid', cell, ON_REMOVAL),
  stack: (cell) => {
    if (!STACK_NAME.test(cell)) {
      throw new InvalidInputError('StackNameInvalid', `${shown(cell)} is not allowed: use 1-128 letters, digits and hyphens, beginning with a letter`);
    }
  },
};

function requireOneOf<T extends string>(code: string, cell: string, allowed: readonly T[]): void {
  if (!allowed.some((one) => one === cell)) {
    throw new InvalidInputError(code, `${shown(cell)} is not allowed: use ${allowed.join(', ')}`);
  }
}

/** The end that a cell states: the end of a day, or an instant. */
function endOf(cell: string): Expiry {
  return cell.includes('T') ? Expiry.at(cell) : Expiry.on(cell);
}

function checkEnd(cell: string, { now, stages, cells }: CheckContext): void {
  let end: Expiry;
  try {
    end = endOf(cell);
    void end.epochSeconds;
  } catch (error) {
    throw new InvalidInputError('ExpiryInvalid', `${shown(cell)} is no date: write it as 2027-03-31, or an instant as 2027-03-31T12:00:00Z; spreadsheets change dates, unless the column is text`, { cause: error });
  }
  if (isPast(end, now)) {
    throw new InvalidInputError('ExpiryPast', `${shown(cell)} is past: give a date to come, because an agent that has ended can't join`);
  }
  const { name, profile } = stages.find((stage) => stage.name === cells('stage')) ?? {};
  if (profile !== undefined && end.epochSeconds * 1000 > latestEnd(profile, now).getTime()) {
    throw new InvalidInputError('TenureExceeded',
      `${shown(cell)} is further ahead than stage ${name} allows (${profile.maxTenureDays} days): use ${lastDayBefore(latestEnd(profile, now))} or earlier`);
  }
}

/** The latest date that a stage allows. */
export function latestDateIn({ profile }: StageOfRegistry, now: Date): string {
  return lastDayBefore(latestEnd(profile, now));
}

function checking<T>(column: AdoptionColumn, fault: Fault, check: () => T): T | undefined {
  try {
    return check();
  } catch (error) {
    if (!(error instanceof InvalidInputError)) {
      throw error;
    }
    fault(column, error.code, error.reason);
    return undefined;
  }
}
