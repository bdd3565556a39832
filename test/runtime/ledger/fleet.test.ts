import * as fc from 'fast-check';
import { MemoryTable } from './memory-table';
import { dueWith } from '../../../runtime/engine/agenda';
import { decide } from '../../../runtime/engine/decision/decide';
import { Fleet, PlacementLedger } from '../../../runtime/ledger';
import { PlacementState, Trouble } from '../../../runtime/model/placement-state';
import { StateChange } from '../../../runtime/model/plan';
import { during, NOW, PLACEMENT, planOf, request, WITHOUT_DRIFT } from '../engine/decision/requests';

const context = { registry: 'agents', actor: 'stack', time: NOW };
const TROUBLE: Trouble = { since: NOW.toISOString(), code: 'TeardownIncomplete', message: 'one user remains', requestId: 'r' };
const JOIN = planOf(decide(undefined, request('Create', 'P'), during('CREATE_IN_PROGRESS'))).change!;

let memory: MemoryTable;
let ledger: PlacementLedger;
let fleet: Fleet;
beforeEach(() => {
  memory = new MemoryTable();
  ledger = new PlacementLedger(memory.table, dueWith(WITHOUT_DRIFT));
  fleet = new Fleet(memory.table);
});

async function write(agentName: string, change: StateChange): Promise<PlacementState> {
  const placement = { ...PLACEMENT, agentName };
  return (await ledger.commit(placement, await ledger.state(placement), change, [], context)).state;
}
const join = (agentName: string) => write(agentName, { ...JOIN, status: 'active' });
const leave = (agentName: string) => write(agentName, { status: 'left' });
async function joined(count: number): Promise<void> {
  for (let index = 0; index < count; index++) {
    await join(`bot-${index}`);
  }
  memory.calls.length = 0;
}
const namesOf = (rows: readonly { agentName: string }[]): string[] => rows.map(({ agentName }) => agentName);
const rowsOf = (prefix: string) => memory.under('registry').filter(({ sk }) => sk.startsWith(prefix));

describe('rows', () => {
  test('of those that live and of tombstones are apart, and a list has first the one, then the other', async () => {
    await join('a-bot');
    await join('b-bot');
    await join('c-bot');
    await leave('a-bot');

    expect(rowsOf('living#')).toHaveLength(2);
    expect(rowsOf('left#')).toHaveLength(1);
    expect(namesOf(await fleet.list())).toEqual(['b-bot', 'c-bot', 'a-bot']);
  });

  test('who joins again after it left has one row, among those that live', async () => {
    await join('a-bot');
    await leave('a-bot');
    await join('a-bot');

    expect(await fleet.list()).toMatchObject([{ agentName: 'a-bot', status: 'active' }]);
    expect(rowsOf('left#')).toEqual([]);
  });

  test.each(['active', 'leaving'] as const)('one that is %s lives still', async (status) => {
    await join('a-bot');
    await write('a-bot', { status });

    expect(namesOf(await fleet.some(10))).toEqual(['a-bot']);
    expect(await fleet.list()).toMatchObject([{ status }]);
  });

  test('it follows what was declared, and the trouble that there is', async () => {
    const { declared } = await join('a-bot');

    await write('a-bot', { declared: { ...declared, expiresAt: '2026-12-01T00:00:00Z' }, trouble: TROUBLE });
    expect(await fleet.list()).toMatchObject([{ expiresAt: '2026-12-01T00:00:00Z', trouble: TROUBLE }]);

    await write('a-bot', { trouble: null });
    expect((await fleet.list())[0]).not.toHaveProperty('trouble');
  });

  test('a change that it doesn\'t show writes none', async () => {
    await join('a-bot');
    const [row] = rowsOf('living#');
    memory.items.set(`registry|${row.sk}`, { ...row, untouched: true });

    await write('a-bot', { principals: { P: { verifiedAt: NOW.toISOString() } } });
    expect(rowsOf('living#')).toMatchObject([{ untouched: true }]);

    await write('a-bot', { status: 'leaving' });
    expect(rowsOf('living#')[0]).not.toHaveProperty('untouched');
  });

  test('what was noted before a join has none', async () => {
    await write('a-bot', { principals: { P: { status: 'live' } } });
    expect(await fleet.list()).toEqual([]);
    expect(await fleet.count()).toBe(0);

    await join('a-bot');
    expect(namesOf(await fleet.list())).toEqual(['a-bot']);
    expect(await fleet.count()).toBe(1);
  });
});

describe('their number', () => {
  test('follows joins and leaves', async () => {
    expect(await fleet.count()).toBe(0);
    await joined(5);
    expect(await fleet.count()).toBe(5);
    await leave('bot-1');
    await leave('bot-3');
    expect(await fleet.count()).toBe(3);
    await join('bot-1');
    expect(await fleet.count()).toBe(4);
  });

  test('is in several counters, so that many joins at once don\'t wait for each other', async () => {
    await joined(40);

    const counters = rowsOf('count#').map(({ living }) => Number(living));
    expect(counters.length).toBeGreaterThan(4);
    expect(counters.reduce((sum, living) => sum + living, 0)).toBe(40);
  });

  test('of one agent is in one counter: its leave takes back what its join added', async () => {
    await join('a-bot');
    await leave('a-bot');

    expect(rowsOf('count#').map(({ living }) => living)).toEqual([0]);
  });

  test('is not changed by a write that failed', async () => {
    const before = await join('a-bot');
    await write('a-bot', { status: 'leaving' });

    await expect(ledger.commit(before.placement, before, { status: 'left' }, [], context)).rejects.toMatchObject({ code: 'LedgerConflict' });

    expect(await fleet.count()).toBe(1);
    expect(await fleet.list()).toMatchObject([{ status: 'leaving' }]);
  });
});

describe('what is due', () => {
  const ending = async (agentName: string, expiresAt: string): Promise<void> => {
    const { declared } = await join(agentName);
    await write(agentName, { declared: { ...declared, expiresAt } });
  };

  test('is what ends by then, the earliest first, in whatever shard it is', async () => {
    const ends = Array.from({ length: 12 }, (_, day) => `2027-01-${String(day + 1).padStart(2, '0')}T00:00:00Z`);
    for (const [index, end] of ends.entries()) {
      await ending(`bot-${index}`, end);
    }
    expect(namesOf(await fleet.ending(new Date('2027-01-09T00:00:00Z')))).toEqual(Array.from({ length: 9 }, (_, index) => `bot-${index}`));
    expect(await fleet.ending(new Date('2026-12-31T23:59:59Z'))).toEqual([]);
    expect(new Set(rowsOf('living#').map(({ dueShard }) => dueShard)).size).toBeGreaterThan(3);
  });

  test('follows a change of the end, and has none that has left', async () => {
    await ending('a-bot', '2027-01-01T00:00:00Z');
    await ending('b-bot', '2027-01-01T00:00:00Z');
    const until = new Date('2027-01-02T00:00:00Z');
    expect(namesOf(await fleet.ending(until)).sort()).toEqual(['a-bot', 'b-bot']);

    await ending('a-bot', '2027-02-01T00:00:00Z');
    await leave('b-bot');
    expect(await fleet.ending(until)).toEqual([]);
    expect(namesOf(await fleet.ending(new Date('2027-02-01T00:00:00Z')))).toEqual(['a-bot']);
  });
});

describe('cost', () => {
  test.each([0, 60])('of what is due doesn\'t grow with the %i agents of which nothing is', async (size) => {
    await joined(size);
    await fleet.ending(new Date('2020-01-01T00:00:00Z'));
    expect(memory.calls).toEqual(Array.from({ length: 8 }, () => 'Query'));
  });

  test.each([0, 1, 60])('of the number of %i agents is one call', async (size) => {
    await joined(size);

    expect(await fleet.count()).toBe(size);

    expect(memory.calls).toEqual(['TransactGet']);
  });

  test.each([1, 60])('of a join beside %i agents is one transaction of as many writes', async (size) => {
    await joined(size);
    const before = new Set(memory.items.keys());

    await join('new-bot');

    expect(memory.calls).toEqual(['Get', 'TransactWrite']);
    expect([...memory.items.keys()].filter((key) => !before.has(key) && !/\|(count|peers)#/.test(key))).toHaveLength(2);
  });

  test('of a list is its pages', async () => {
    await joined(7);
    await leave('bot-0');
    memory.calls.length = 0;

    expect(await fleet.list()).toHaveLength(7);

    // Pages of two: three for living agents, one for tombstones.
    expect(memory.calls).toEqual(['Query', 'Query', 'Query', 'Query']);
  });

  test.each([[1, 1], [2, 1], [3, 2]])('of some of them, %i, is no more than asked for', async (limit, pages) => {
    await joined(9);
    const limits: unknown[] = [];
    const { send } = memory.table.client;
    memory.table.client.send = ((command: { input: { Limit?: number } }) => {
      limits.push(command.input.Limit);
      return (send as (command: object) => unknown)(command);
    }) as typeof send;

    expect(await fleet.some(limit)).toHaveLength(limit);

    expect(memory.calls).toHaveLength(pages);
    expect(limits[0]).toBe(limit);
    expect(limits.at(-1)).toBe(limit - 2 * (pages - 1));
  });

  test('of some of them, when fewer live, is all of them, and no tombstone', async () => {
    await joined(3);
    await leave('bot-1');

    expect(namesOf(await fleet.some(10))).toEqual(['bot-0', 'bot-2']);
  });
});

test('law: whatever changes, in whatever order, rows and number are those of the states', async () => {
  const changes = fc.array(fc.record({ agentName: fc.constantFrom('a-bot', 'b-bot', 'c-bot'), status: fc.constantFrom('active', 'leaving', 'left') }), { maxLength: 20 });
  await fc.assert(fc.asyncProperty(changes, async (all) => {
    memory = new MemoryTable();
    [ledger, fleet] = [new PlacementLedger(memory.table, dueWith(WITHOUT_DRIFT)), new Fleet(memory.table)];
    const expected = new Map<string, string>();
    for (const { agentName, status } of all) {
      await write(agentName, { ...JOIN, status });
      expected.set(agentName, status);
    }
    const living = [...expected].filter(([, status]) => status !== 'left');
    expect(new Map((await fleet.list()).map(({ agentName, status }) => [agentName, status]))).toEqual(expected);
    expect(namesOf(await fleet.some(10))).toEqual(living.map(([agentName]) => agentName).sort());
    expect(await fleet.count()).toBe(living.length);
  }), { numRuns: 100 });
});
