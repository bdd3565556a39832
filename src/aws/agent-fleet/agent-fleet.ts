import { AgentFleetProps } from './agent-fleet-props';
import { FleetCode, fleetCode } from './fleet-code';
import { FleetRow, readRow } from './fleet-row';
import { rowsOfFile, rowsOfMaps, TableRow } from './fleet-table';
import { InvalidInputError } from '../../core/errors';
import { RowFaults } from '../../core/row-faults';
import { shown } from '../../core/shown';
import { ManagedAgentIdentity } from '../agent-identity/managed-agent-identity';

/** An agent of a fleet, with its row. */
interface Member {
  readonly agent: ManagedAgentIdentity;
  readonly row: FleetRow;
}

/**
 * Many agents from a table. A row is an agent: another row makes an agent join, a change of its stage moves it, and a removed row makes it leave.
 *
 * The table says who an agent is, who is accountable for it, where it is and when it ends. What it may do stays in code: a row names its access, and the code
 * grants it (`withAccess()`).
 *
 * | column | what it holds | if empty |
 * |---|---|---|
 * | `agentName` | the permanent name: 3-48 of [a-z0-9-] | required |
 * | `purpose` | what the agent is for, 1 to 256 characters | required |
 * | `sponsor`, `sponsorEmail`, `sponsorBackup` | name and mail address of the accountable person, and the mail address of the backup | as in AgentDefaults |
 * | `team`, `teamMailbox` | the team that sponsors the agent, of which that person is accountable | the person is the sponsor |
 * | `sponsorId`, `costCenter` | id in the directory, and cost centre | none |
 * | `stage` | `test`, `staging`, `production` or one of `stages` | as in AgentDefaults |
 * | `expires` | `2027-03-31` or `2027-03-31T12:00:00Z` | as in AgentDefaults |
 * | `certifiedUntil` | instead of `expires`: the end beyond which no review carries the agent on | as in AgentDefaults |
 * | `runtime` | `lambda`, `lambda-in-vpc`, `ecs-task`, `ec2`, `bedrock-agent-core`, `bedrock-agent`, `step-functions`, `scheduler`, `pipes`, `code-build`, `batch`, `glue`, `sage-maker` or one of `runtimes` | as in AgentDefaults |
 * | `access` | one of `access` | none |
 * | `stack` | one of `stacks` | one of `spreadOver`, by the agent's name |
 *
 * Everything that is wrong with any row is reported at one time, as `FleetInvalid`, with row, column, what was received and what is allowed.
 */
export class AgentFleet {
  /**
   * A fleet from rows, each of which maps the names of columns to texts.
   *
   * Fails with `FleetInvalid`, or with `FleetStacksMissing`, `StackUnknown`, `AgentsPerStackInvalid`, `OwnColumnTaken`, `WrongClass` or `WrongType` for wrong properties.
   *
   * @param rows the rows, such as parsed from JSON
   * @param props the code that the rows name
   */
  public static fromRows(rows: { [column: string]: string }[], props: AgentFleetProps): AgentFleet {
    const code = fleetCode(props);
    const faults = faultsOf('the rows');
    return new AgentFleet(rowsOfMaps(rows, code.ownColumns, faults), code, faults);
  }

  /**
   * A fleet from a CSV file: UTF-8, commas, double quotes, and a first line that names the columns (RFC 4180).
   *
   * Fails with `FleetInvalid`, `FleetFileUnreadable` or `CsvNotUtf8`, or as `fromRows()` for wrong properties.
   *
   * @param path path of the file, from the folder in which the app runs or absolute
   * @param props the code that the rows name
   */
  public static fromCsv(path: string, props: AgentFleetProps): AgentFleet {
    const code = fleetCode(props);
    const faults = faultsOf(shown(path));
    return new AgentFleet(rowsOfFile(path, code.ownColumns, faults), code, faults);
  }

  private readonly members = new Map<string, Member>();
  private readonly granted = new Set<string>();

  private constructor(table: readonly TableRow[], private readonly code: FleetCode, faults: RowFaults) {
    const rows = table.map((row) => readRow(row, code, faults));
    this.checkTwice(table, faults);
    this.checkFull(rows, faults);
    // The agents of the good rows are created even if others are faulty: what only their constructs can check is reported too.
    for (const row of rows) {
      if (row !== undefined && !this.members.has(row.props.agentName)) {
        faults.collect(row, undefined, () => this.create(row));
      }
    }
    faults.throwIfAny(table.length);
  }

  /** The agents, in the order of their rows. */
  public get agents(): ManagedAgentIdentity[] {
    return [...this.members.values()].map(({ agent }) => agent);
  }

  /**
   * The agent of a name. Fails with `AgentNotInFleet`.
   *
   * @param agentName name of the agent
   */
  public agent(agentName: string): ManagedAgentIdentity {
    return this.member(agentName).agent;
  }

  /**
   * The agents whose rows name this access, for the code to grant it. Synthesis fails with `AccessNotGranted` if rows name access for which the code never asked.
   *
   * Fails with `AccessUnknown` for a name that is not in `access`.
   *
   * @param name one of `access`
   */
  public withAccess(name: string): ManagedAgentIdentity[] {
    if (!this.code.access.includes(name)) {
      throw new InvalidInputError('AccessUnknown', `the fleet has no access ${shown(name)}: use one of ${this.code.access.join(', ')}, or add it to access`);
    }
    this.granted.add(name);
    return [...this.members.values()].filter(({ row }) => row.access === name).map(({ agent }) => agent);
  }

  /**
   * The cell of an agent in one of the fleet's own columns; empty if the row has none.
   *
   * Fails with `AgentNotInFleet` or `ColumnUnknown`.
   *
   * @param agentName name of the agent
   * @param column one of `ownColumns`
   */
  public cell(agentName: string, column: string): string {
    const found = this.member(agentName).row.ownCells.get(column);
    if (found === undefined) {
      throw new InvalidInputError('ColumnUnknown', `the fleet has no own column ${shown(column)}: use one of ${this.code.ownColumns.join(', ')}, or add it to ownColumns`);
    }
    return found;
  }

  private member(agentName: string): Member {
    const member = this.members.get(agentName);
    if (member === undefined) {
      throw new InvalidInputError('AgentNotInFleet', `no row of the fleet is agent ${shown(agentName)}: use the agentName of one of its ${this.members.size} rows`);
    }
    return member;
  }

  private create(row: FleetRow): void {
    const { access, props: { agentName } } = row;
    const agent = new ManagedAgentIdentity(row.stack, agentName, row.props);
    this.members.set(agentName, { agent, row });
    agent.node.addValidation({
      validate: () => access === undefined || this.granted.has(access)
        ? []
        : [`AccessNotGranted: ${agent.node.path}: its row names the access ${shown(access)}, which the code grants to no agent: grant it to the agents of withAccess(${shown(access)})`],
    });
  }

  private checkTwice(table: readonly TableRow[], faults: RowFaults): void {
    const first = new Map<unknown, number | undefined>();
    for (const row of table) {
      const name = row.cells.get('agentName');
      if (name !== undefined && first.has(name)) {
        faults.add(row, 'agentName', 'AgentTwice', `row ${first.get(name)} is agent ${shown(name)} already: a name is one agent; give this one another name`);
      } else if (name !== undefined) {
        first.set(name, row.row);
      }
    }
  }

  private checkFull(rows: readonly (FleetRow | undefined)[], faults: RowFaults): void {
    const { agentsPerStack } = this.code;
    for (const name of this.code.stacks.keys()) {
      const count = rows.filter((row) => row?.stackName === name).length;
      if (count > agentsPerStack) {
        faults.add({}, 'stack', 'StackFull', `stack ${shown(name)} would have ${count} agents, and agentsPerStack allows ${agentsPerStack}: `
          + 'add a stack, and name it in the column stack of agents that have not joined yet');
      }
    }
  }
}

function faultsOf(source: string): RowFaults {
  return new RowFaults(source, 'FleetInvalid', 'synthesize again');
}
