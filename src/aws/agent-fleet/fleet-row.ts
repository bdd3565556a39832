import { Stack } from 'aws-cdk-lib';
import { Column, COLUMNS, endOf, REQUIRED, TOGETHER } from './columns';
import { FleetCode } from './fleet-code';
import { TableRow } from './fleet-table';
import { stackOfAgent } from './stack-of-agent';
import { Expiry, Sponsor } from '../../core';
import { requireCell } from '../../core/cell';
import { InvalidInputError } from '../../core/errors';
import { requireValid } from '../../core/instance';
import { RowFaults, RowPlace } from '../../core/row-faults';
import { shown } from '../../core/shown';
import { AgentDefaults } from '../agent-identity/agent-defaults';
import { ManagedAgentIdentityProps } from '../agent-identity/managed-agent-identity-props';

/** A row whose cells are allowed. */
export interface FleetRow extends RowPlace {
  readonly stackName: string;
  readonly stack: Stack;
  readonly access?: string;
  readonly ownCells: ReadonlyMap<string, string>;
  readonly props: ManagedAgentIdentityProps;
}

/** Reads a row. Collects all that is wrong with it, and then returns nothing. */
export function readRow(row: TableRow, code: FleetCode, faults: RowFaults): FleetRow | undefined {
  const own = new RowReader(row, code, faults);
  const read = own.read();
  return own.faulty ? undefined : read;
}

class RowReader {
  public faulty = false;

  public constructor(private readonly row: TableRow, private readonly code: FleetCode, private readonly faults: RowFaults) {}

  public read(): FleetRow | undefined {
    const { code, row } = this;
    // A row that could not be read at all was reported already.
    if (row.cells.size === 0 && row.line !== undefined) {
      this.faulty = true;
      return undefined;
    }
    REQUIRED.filter((column) => !row.cells.has(column)).forEach((column) => this.fault(column, 'CellMissing', 'the cell is empty, and every agent needs one'));
    const cells = this.checkedCells();
    this.checkTogether();
    const agentName = cells.get('agentName') ?? '';
    const stackName = cells.get('stack') ?? stackOfAgent(agentName, code.spreadOver);
    if (stackName === undefined) {
      this.fault('stack', 'CellMissing', `the cell is empty, and spreadOver names no stacks: use one of ${[...code.stacks.keys()].join(', ')}`);
    }
    const stack = this.oneOf('stack', 'StackUnknown', stackName, code.stacks);
    const stage = this.oneOf('stage', 'StageUnknown', cells.get('stage'), code.stages);
    const runtime = this.oneOf('runtime', 'RuntimeUnknown', cells.get('runtime'), code.runtimes)?.();
    const access = this.oneOf('access', 'AccessUnknown', cells.get('access'), new Map(code.access.map((name) => [name, name])));
    const [sponsor, expires] = [this.sponsorOf(cells), this.expiresOf(cells)];
    if (stack !== undefined) {
      this.requireOrDefault(stack, { sponsor, stage, expires, runtime });
    }
    return stack && {
      row: row.row,
      line: row.line,
      stackName: stackName!,
      stack,
      access,
      ownCells: new Map(code.ownColumns.map((column) => [column, cells.get(column) ?? ''])),
      props: { agentName, purpose: cells.get('purpose') ?? '', sponsor, stage, expires, runtime },
    };
  }

  /** The cells that may stand in their columns. */
  private checkedCells(): Map<string, string> {
    const cells = new Map<string, string>();
    for (const [column, cell] of this.row.cells) {
      const what = `the cell ${column}`;
      const check = Object.hasOwn(COLUMNS, column) ? COLUMNS[column as Column] : undefined;
      this.check(column, () => {
        const text = requireCell(what, cell as string);
        check?.(what, text);
        cells.set(column, text);
      });
    }
    return cells;
  }

  private checkTogether(): void {
    const has = (column: Column): boolean => this.row.cells.has(column);
    for (const { need, ifAny, use } of TOGETHER) {
      if (ifAny.some(has)) {
        need.filter((column) => !has(column)).forEach((column) => this.fault(column, 'CellMissing', `the cell is empty: ${use}`));
      }
    }
  }

  private sponsorOf(cells: ReadonlyMap<string, string>): Sponsor | undefined {
    const [name, email, backupEmail] = ['sponsor', 'sponsorEmail', 'sponsorBackup'].map((column) => cells.get(column));
    if (name === undefined || email === undefined || backupEmail === undefined) {
      return undefined;
    }
    const others = { backupEmail, id: cells.get('sponsorId'), costCenter: cells.get('costCenter') };
    const [team, mailbox] = [cells.get('team'), cells.get('teamMailbox')];
    const sponsor = team === undefined || mailbox === undefined
      ? Sponsor.person({ name, email, ...others })
      : Sponsor.team({ name: team, mailbox, accountableName: name, accountableEmail: email, ...others });
    // Each part was checked: what remains is that the backup is another person.
    this.check('sponsorBackup', () => requireValid(sponsor));
    return sponsor;
  }

  private expiresOf(cells: ReadonlyMap<string, string>): Expiry | undefined {
    if (this.row.cells.has('expires') && this.row.cells.has('certifiedUntil')) {
      this.fault('certifiedUntil', 'ExpiryTwice', 'the row also has a cell expires: keep one of both, because only one is the end');
    }
    const [fixed, latest] = [cells.get('expires'), cells.get('certifiedUntil')];
    return latest === undefined ? fixed && endOf(fixed) || undefined : Expiry.untilCertified({ latest: endOf(latest) });
  }

  /** What the row doesn't say, the defaults of its stack must say. */
  private requireOrDefault(stack: Stack, said: Partial<ManagedAgentIdentityProps>): void {
    const defaults = AgentDefaults.of(stack)._merged();
    const given = { sponsor: this.row.cells.has('sponsor'), stage: this.row.cells.has('stage'), runtime: this.row.cells.has('runtime') };
    const end = this.row.cells.has('expires') || this.row.cells.has('certifiedUntil');
    for (const [column, has] of Object.entries({ ...given, expires: end }) as ['sponsor' | 'stage' | 'runtime' | 'expires', boolean][]) {
      if (!has && said[column] === undefined && defaults[column] === undefined) {
        this.fault(column, 'CellMissing', 'the cell is empty, and AgentDefaults of the stack have none');
      }
    }
  }

  private oneOf<T>(column: Column, code: string, name: string | undefined, allowed: ReadonlyMap<string, T>): T | undefined {
    if (name === undefined) {
      return undefined;
    }
    return this.check(column, () => {
      if (!allowed.has(name)) {
        throw new InvalidInputError(code, `${shown(name)} is not allowed: ${allowed.size === 0 ? `the fleet's code names no ${column}` : `use one of ${[...allowed.keys()].join(', ')}`}`);
      }
      return allowed.get(name);
    });
  }

  private check<T>(column: string, check: () => T): T | undefined {
    try {
      return check();
    } catch (error) {
      if (!(error instanceof InvalidInputError)) {
        throw error;
      }
      this.fault(column, error.code, error.reason);
      return undefined;
    }
  }

  private fault(column: string, code: string, reason: string): void {
    this.faulty = true;
    this.faults.add(this.row, column, code, reason);
  }
}
