import { CHECKS, latestDateIn, LEAVE_ALONE, readRow } from './read-row';
import { StageOfRegistry } from './stages';
import { isLeftAlone, TableRow, TableText } from './table-text';
import { Sponsor } from '../../src/core';
import { requireCell } from '../../src/core/cell';
import { InvalidInputError } from '../../src/core/errors';
import { requireValid } from '../../src/core/instance';
import { RowFaults } from '../../src/core/row-faults';
import { shown } from '../../src/core/shown';
import { Adoptable, AdoptionColumn, Way, waysOf } from '../inventory';

/** A conversation with a person at a terminal. */
export interface Dialog {
  /** Resolves to undefined if the input ended. */
  readonly ask: (question: string) => Promise<string | undefined>;
  readonly tell: (line: string) => void;
  /** Keeps the table, after each answer. */
  readonly save: (table: TableText) => void;
}

interface DialogContext {
  readonly registry: string;
  readonly now: Date;
  readonly stages: readonly StageOfRegistry[];
}

/** In the order in which they are asked. What is not asked can be filled in in the table. */
const QUESTIONS: readonly (readonly [column: AdoptionColumn, question: string])[] = [
  ['agent_name', 'name of the agent, which is permanent'],
  ['purpose', 'what it is for'],
  ['sponsor_email', 'mail address of its sponsor, the person who is accountable'],
  ['sponsor_name', 'full name of the sponsor'],
  ['sponsor_backup', 'mail address of the backup, another person'],
  ['stage', 'stage'],
  ['expires', 'last day, such as 2027-03-31'],
];
/** Answers that the next identity has as defaults. */
const REMEMBERED: readonly AdoptionColumn[] = ['sponsor_email', 'sponsor_name', 'sponsor_backup', 'stage', 'expires'];
const FACTS: readonly (readonly [column: string, what: string])[] = [
  ['assumed_by', 'assumed by'], ['last_used_at', 'last used'], ['keys', 'keys'], ['power', 'power'], ['made_by', 'made by'], ['sponsor', 'likely sponsor'], ['findings', 'findings'],
];

type Command = 'skip' | 'back' | 'quit';

/**
 * Asks for each identity that nobody has decided about how it becomes an agent, with a default for what can be guessed. Everything that was answered is kept at once.
 *
 * @returns whether all were asked; not if the person quit
 */
export async function askForAll(table: TableText, context: DialogContext, dialog: Dialog): Promise<boolean> {
  const remembered = new Map<AdoptionColumn, string>();
  const open = table.rows.filter((row) => isOpen(row, context));
  if (open.length > 0) {
    dialog.tell('Enter takes what is in brackets; skip leaves an identity for later, back asks the last question again, quit ends. Answers are kept at once.');
  }
  for (const [index, row] of open.entries()) {
    dialog.tell('');
    dialog.tell(`${index + 1} of ${open.length}: ${row.get('type') ?? ''} ${row.get('arn') ?? ''}`);
    FACTS.filter(([column]) => (row.get(column) ?? '') !== '').forEach(([column, what]) => dialog.tell(`  ${what}: ${row.get(column)}`));
    if (await new IdentityQuestions(table, row, context, dialog, remembered).ask() === 'quit') {
      return false;
    }
  }
  return true;
}

/** Undecided, or decided and not complete. */
function isOpen(row: TableRow, { registry, now, stages }: DialogContext): boolean {
  const { ways } = waysOf(identityOf(row), registry);
  if (ways.length === 0 || isLeftAlone(row) || (row.get('how') ?? '') === '') {
    return ways.length > 0 && !isLeftAlone(row) && (row.get('agent') ?? '') === '';
  }
  const faults = new RowFaults('', '', '');
  readRow((column) => row.get(column) ?? '', { registry, now, stages, place: {}, faults });
  return faults.any;
}

function identityOf(row: TableRow): Adoptable {
  const text = (column: string): string => row.get(column) ?? '';
  return {
    type: text('type') as Adoptable['type'],
    kind: text('kind') as Adoptable['kind'],
    kindBecause: text('kind_because'),
    arn: text('arn'),
    ...(text('agent') === '' ? {} : { agent: { name: text('agent'), registry: text('registry') } }),
  };
}

/** The questions about one identity. */
class IdentityQuestions {
  public constructor(
    private readonly table: TableText, private readonly row: TableRow, private readonly context: DialogContext, private readonly dialog: Dialog,
    private readonly remembered: Map<AdoptionColumn, string>,
  ) {}

  public async ask(): Promise<'done' | 'skip' | 'quit'> {
    for (let at = -1; at < QUESTIONS.length;) {
      const said = at < 0 ? await this.askHow() : await this.askFor(...QUESTIONS[at]);
      if (said === 'skip' || said === 'quit') {
        return said;
      }
      if (at < 0 && isLeftAlone(this.row)) {
        return 'done';
      }
      at = said === 'back' ? Math.max(-1, at - 1) : at + 1;
    }
    return 'done';
  }

  private async askHow(): Promise<Command | 'next'> {
    const { ways } = waysOf(identityOf(this.row), this.context.registry);
    const allowed: readonly (Way | typeof LEAVE_ALONE)[] = [...ways, LEAVE_ALONE];
    return this.repeat(`how: ${[...ways.map((way) => `${way} (${MEANING[way]})`), `${LEAVE_ALONE} (as it is)`].join(', ')}`, this.row.get('how') || ways[0], (answer) => {
      if (!allowed.some((one) => one === answer)) {
        throw new InvalidInputError('WayUnknown', `${shown(answer)} is not allowed: use ${allowed.join(', ')}`);
      }
      this.keep('how', answer);
    });
  }

  private async askFor(column: AdoptionColumn, question: string): Promise<Command | 'next'> {
    const choices = column === 'stage' ? `: ${this.context.stages.map(({ name }) => name).join(', ')}` : '';
    return this.repeat(`${question}${choices}`, this.defaultOf(column), (answer) => {
      this.check(column, answer);
      this.keep(column, answer);
      if (REMEMBERED.includes(column)) {
        this.remembered.set(column, answer);
      }
    });
  }

  /** Asks until the answer is allowed, or a command. */
  private async repeat(question: string, proposal: string, take: (answer: string) => void): Promise<Command | 'next'> {
    for (;;) {
      const typed = (await this.dialog.ask(`  ${question}${proposal === '' ? '' : ` [${proposal}]`}: `) ?? 'quit').trim();
      if (typed === 'skip' || typed === 'back' || typed === 'quit') {
        return typed;
      }
      try {
        take(typed || proposal);
        return 'next';
      } catch (error) {
        if (!(error instanceof InvalidInputError)) {
          throw error;
        }
        this.dialog.tell(`  ${error.message}`);
      }
    }
  }

  private defaultOf(column: AdoptionColumn): string {
    const own = this.row.get(column) ?? '';
    const before = this.remembered.get(column) ?? '';
    if (own !== '') {
      return own;
    }
    if (column === 'sponsor_name') {
      return this.remembered.get('sponsor_email') === this.row.get('sponsor_email') ? before : '';
    }
    if (column === 'expires') {
      const stage = this.context.stages.find(({ name }) => name === this.row.get('stage'));
      const latest = stage === undefined ? '' : latestDateIn(stage, this.context.now);
      return before !== '' && before <= latest ? before : latest;
    }
    return REMEMBERED.includes(column) ? before : '';
  }

  private check(column: AdoptionColumn, answer: string): void {
    if (answer === '') {
      throw new InvalidInputError('CellMissing', 'every agent needs one');
    }
    CHECKS[column](requireCell('the answer', answer), { now: this.context.now, stages: this.context.stages, cells: (name) => this.row.get(name) ?? '' });
    if (column === 'sponsor_backup') {
      const [name, email] = [this.row.get('sponsor_name') ?? '', this.row.get('sponsor_email') ?? ''];
      requireValid(Sponsor.person({ name, email, backupEmail: answer }));
    }
    const account = accountIn(this.row);
    const isOther = (row: TableRow): boolean => row !== this.row && (row.get('how') ?? '') !== '' && !isLeftAlone(row) && accountIn(row) === account;
    if (column === 'agent_name' && this.table.rows.some((row) => isOther(row) && row.get('agent_name') === answer)) {
      throw new InvalidInputError('AgentTwice', `another identity of the account is agent ${shown(answer)} already: give this one another name`);
    }
  }

  private keep(column: AdoptionColumn, answer: string): void {
    this.row.set(column, answer);
    this.dialog.save(this.table);
  }
}

const MEANING: Readonly<Record<Way, string>> = { adopt: 'keep the role', migrate: 'a new role, to which compute moves' };

function accountIn(row: TableRow): string | undefined {
  return (row.get('arn') ?? '').split(':')[4];
}
