import { createHash } from 'node:crypto';
import { policySizeOf } from './quotas';
import { isRecord, list } from './statement';

/** How many characters fit. */
export interface PolicyRooms {
  /** The first policy, which always has the first statement and takes the Denies before all else. */
  readonly first: number;
  /** Each of the others. */
  readonly others: number;
}

type Statement = Readonly<Record<string, unknown>>;

interface Bin {
  room: number;
  readonly statements: Statement[];
}

/** One of about so many resources ends a piece of a statement that is too long, so that another resource changes one piece and not all after it. */
const RESOURCES_OF_A_PIECE = 16;

/**
 * Splits a resolved policy into as many as it needs, which together say the same. A statement goes to the first policy that has room for it, so statements that are added at the end move none of the
 * others. A policy that fits stays as it is. Nothing is dropped: what can't be made shorter makes its policy longer than it may be.
 */
export function splitPolicy(document: unknown, rooms: PolicyRooms): unknown[] {
  if (!isRecord(document) || policySizeOf(document) <= rooms.first) {
    return [document];
  }
  const { Statement: all, ...others } = document;
  const empty = policySizeOf({ ...others, Statement: [] });
  const bins: Bin[] = [{ room: rooms.first - empty, statements: [] }];
  const put = (statement: Statement, bin: Bin): void => {
    bin.statements.push(statement);
    bin.room -= sizeIn(statement);
  };
  const [head, ...rest] = [...list(all).filter(isRecord)].sort((one, other) => Number(other.Effect === 'Deny') - Number(one.Effect === 'Deny'));
  put(head, bins[0]);
  for (const statement of rest.flatMap((one) => pieces(one, rooms.others - empty))) {
    let bin = bins.find(({ room }) => room >= sizeIn(statement));
    if (bin === undefined) {
      bin = { room: rooms.others - empty, statements: [] };
      bins.push(bin);
    }
    put(statement, bin);
  }
  return bins.map(({ statements }) => ({ ...others, Statement: statements }));
}

/** With the comma before it. */
function sizeIn(statement: Statement): number {
  return policySizeOf(statement) + 1;
}

/** A statement in pieces that fit, by its resources and, if one resource alone is too long, by its actions. */
function pieces(statement: Statement, room: number): Statement[] {
  if (sizeIn(statement) <= room) {
    return [statement];
  }
  // A Sid is unique in a policy.
  const { Sid: _sid, ...whole } = statement;
  for (const part of ['Resource', 'Action'] as const) {
    const values = list(whole[part]);
    if (values.length > 1) {
      return runs(values, (run) => sizeIn({ ...whole, [part]: run }) <= room / 4)
        .flatMap((run) => pieces({ ...whole, [part]: run.length === 1 ? run[0] : run }, room));
    }
  }
  return [statement];
}

/** Runs of values. Where one ends depends on its values, or on the room. */
function runs(values: readonly unknown[], fits: (run: readonly unknown[]) => boolean): unknown[][] {
  const found: unknown[][] = [[values[0]]];
  let ended = endsPiece(values[0]);
  for (const value of values.slice(1)) {
    const last = found[found.length - 1];
    if (ended || !fits([...last, value])) {
      found.push([value]);
    } else {
      last.push(value);
    }
    ended = endsPiece(value);
  }
  return found;
}

function endsPiece(value: unknown): boolean {
  return createHash('sha256').update(JSON.stringify(value)).digest()[0] % RESOURCES_OF_A_PIECE === 0;
}
