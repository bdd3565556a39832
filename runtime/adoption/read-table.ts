import { AgentRow } from './model';
import { NAMED_COLUMNS, readRow, RowCells } from './read-row';
import { StageOfRegistry } from './stages';
import { cellAsGiven, CsvRecord, readCsv } from '../../src/core/csv';
import { cellCountFault, csvTextOf, headerFault } from '../../src/core/csv-table';
import { RowFaults, RowPlace } from '../../src/core/row-faults';
import { shown } from '../../src/core/shown';

/** What an edited inventory says. */
export interface AdoptionTable {
  readonly agents: readonly AgentRow[];
  /** How many identities could become agents, and nobody said how. */
  readonly undecided: number;
}

interface TableOptions {
  readonly registry: string;
  readonly now: Date;
  /** The stages that a row may name. */
  readonly stages: readonly StageOfRegistry[];
}

/** CloudFormation allows 500 resources in a stack, and an agent has three. */
const MOST_IN_A_STACK = 150;

/**
 * Reads an inventory that a person edited. All that is wrong with it is reported at one time.
 *
 * @throws InvalidInputError `AdoptionInvalid`, `CsvNotUtf8`
 */
export function readTable(bytes: Uint8Array, file: string, options: TableOptions): AdoptionTable {
  const faults = new RowFaults(shown(file), 'AdoptionInvalid', 'run it again');
  const [header, ...records] = readCsv(csvTextOf(bytes, file));
  checkHeader(header, faults);
  faults.throwIfAny(0);
  const columns = header.cells;
  // Spreadsheets write lines of commas for rows that were cleared.
  const filled = records.filter(({ cells, fault }) => fault !== undefined || cells.some((cell) => cell !== ''));
  const read = filled.map((record, index) => {
    const place = { row: index + 1, line: record.line };
    const cells = cellsOf(record, columns, place, faults);
    return { place, ...cells === undefined ? {} : readRow(cells, { ...options, place, faults }) };
  });
  const agents = read.flatMap(({ place, agent }) => (agent === undefined ? [] : [{ place, agent }]));
  checkTogether(agents, faults);
  faults.throwIfAny(filled.length);
  return {
    agents: agents.map(({ agent }) => agent).sort((one, other) => (one.agentName < other.agentName ? -1 : 1)),
    undecided: read.filter(({ isUndecided }) => isUndecided === true).length,
  };
}

function checkHeader(header: CsvRecord | undefined, faults: RowFaults): void {
  if (header === undefined) {
    return faults.add({}, undefined, 'TableEmpty', 'there are no rows: write the table with nhi inventory --format csv --output <file>');
  }
  const place = { line: header.line };
  const fault = headerFault(header);
  if (fault !== undefined) {
    return faults.add(place, undefined, 'CsvMalformed', fault);
  }
  for (const column of NAMED_COLUMNS) {
    const count = header.cells.filter((cell) => cell === column).length;
    if (count === 0) {
      faults.add(place, column, 'ColumnMissing', 'the table has no such column: begin with the table of nhi inventory --format csv, and keep its columns');
    } else if (count > 1) {
      faults.add(place, column, 'ColumnTwice', 'the table has this column more than once: keep one of them');
    }
  }
}

function cellsOf({ cells, fault }: CsvRecord, columns: readonly string[], place: RowPlace, faults: RowFaults): RowCells | undefined {
  const miscounted = cellCountFault(cells, columns);
  if (fault !== undefined || miscounted !== undefined) {
    faults.add(place, undefined, fault === undefined ? 'CellCount' : 'CsvMalformed', fault ?? miscounted!);
    return undefined;
  }
  const texts = new Map(columns.map((column, index) => [column, cellAsGiven(cells[index])]));
  return (column) => texts.get(column) ?? '';
}

interface PlacedAgent { readonly place: RowPlace; readonly agent: AgentRow }

function checkTogether(all: readonly PlacedAgent[], faults: RowFaults): void {
  const unique = (keyOf: (agent: AgentRow) => string, column: string, code: string, problem: (first: number | undefined) => string): void => {
    const first = new Map<string, number | undefined>();
    for (const { place, agent } of all) {
      const key = keyOf(agent);
      if (first.has(key)) {
        faults.add(place, column, code, problem(first.get(key)));
      } else {
        first.set(key, place.row);
      }
    }
  };
  unique(({ arn }) => arn, 'arn', 'IdentityTwice', (row) => `row ${row} is this identity already: keep one of them`);
  unique(({ account, agentName }) => `${account}/${agentName}`, 'agent_name', 'AgentTwice', (row) => `row ${row} is this agent of the account already: give this one another name`);
  const stacks = new Map<string, PlacedAgent[]>();
  for (const one of all) {
    const { account, stackName } = one.agent;
    // Some file systems take upper and lower case for the same.
    const key = `${account}/${stackName.toLowerCase()}`;
    stacks.set(key, [...stacks.get(key) ?? [], one]);
  }
  for (const members of stacks.values()) {
    const [{ agent: { stackName } }] = members;
    members.filter(({ agent }) => agent.stackName !== stackName).forEach(({ place, agent }) => faults.add(place, 'stack', 'StackTwice',
      `stack ${shown(agent.stackName)} and stack ${shown(stackName)} differ in upper and lower case only: write one name`));
    if (members.length > MOST_IN_A_STACK) {
      faults.add(members[MOST_IN_A_STACK].place, 'stack', 'StackFull',
        `stack ${shown(stackName)} would have ${members.length} agents, of ${MOST_IN_A_STACK} that fit: name another stack in the column stack of some`);
    }
  }
}
