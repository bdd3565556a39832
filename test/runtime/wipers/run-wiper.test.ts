import { Account } from './account';
import { Finding, runWiper, WipeReport, Wiper } from '../../../runtime/wipers';

/** Things of the test's own that are wiped or not. */
class Shelf implements Wiper {
  public readonly name = 'shelf';
  public readonly ofAgent = true;
  public readonly things: Set<string>;
  public readonly reported = new Set<string>();
  public wipeOne: (id: string) => void;

  constructor(...things: string[]) {
    this.things = new Set(things);
    this.wipeOne = (id) => void this.things.delete(id);
  }

  public async list(): Promise<Finding[]> {
    const finding = (actedOn: boolean) => (id: string): Finding => ({ wiper: 'shelf', kind: 'thing', id, actedOn });
    return [...[...this.things].map(finding(true)), ...[...this.reported].map(finding(false))];
  }

  public async wipe(_context: unknown, _target: unknown, { id }: Finding): Promise<void> {
    this.wipeOne(id);
  }
}

const account = new Account();
const run = (shelf: Shelf): Promise<WipeReport> => runWiper(account.context, shelf, account.target);
const ids = (findings: readonly Finding[]): string[] => findings.map(({ id }) => id);

test('what was found is wiped, looked for again, and the look has its time', async () => {
  const report = await run(new Shelf('a', 'b'));

  expect(ids(report.found)).toEqual(['a', 'b']);
  expect(ids(report.wiped)).toEqual(['a', 'b']);
  expect(report).toMatchObject({ wiper: 'shelf', remains: [], reportedOnly: [], verifiedAt: '2026-06-01T00:00:00.000Z' });
});

test('one that fails doesn\'t keep the others, and remains with its reason', async () => {
  const shelf = new Shelf('a', 'b', 'c');
  const wipe = shelf.wipeOne;
  shelf.wipeOne = (id) => {
    if (id === 'b') {
      throw Object.assign(new Error('not this one'), { name: 'AccessDenied' });
    }
    wipe(id);
  };

  const report = await run(shelf);

  expect(ids(report.wiped)).toEqual(['a', 'c']);
  expect(report.remains).toEqual([{ wiper: 'shelf', kind: 'thing', id: 'b', actedOn: true, note: 'AccessDenied: not this one' }]);
});

test('a wipe that claims to have worked counts for nothing while the thing is still seen', async () => {
  const shelf = new Shelf('a');
  shelf.wipeOne = () => undefined;

  const report = await run(shelf);

  expect(report.wiped).toEqual([]);
  expect(report.remains).toMatchObject([{ id: 'a', note: 'still there after it was wiped' }]);
});

test('a wipe whose answer was lost counts as wiped when the thing is seen no more', async () => {
  const shelf = new Shelf('a');
  shelf.wipeOne = (id) => {
    shelf.things.delete(id);
    throw new Error('the line broke');
  };

  const report = await run(shelf);

  expect(ids(report.wiped)).toEqual(['a']);
  expect(report.remains).toEqual([]);
});

test('what came up in between remains; it wasn\'t found at first and isn\'t claimed', async () => {
  const shelf = new Shelf('a');
  shelf.wipeOne = (id) => {
    shelf.things.delete(id);
    shelf.things.add('late');
  };

  const report = await run(shelf);

  expect(ids(report.found)).toEqual(['a']);
  expect(ids(report.wiped)).toEqual(['a']);
  expect(ids(report.remains)).toEqual(['late']);
});

test('what is only reported is never wiped, and neither wiped nor remaining', async () => {
  const shelf = new Shelf('a');
  shelf.reported.add('theirs');
  const asked: string[] = [];
  const wipe = shelf.wipeOne;
  shelf.wipeOne = (id) => {
    asked.push(id);
    wipe(id);
  };

  const report = await run(shelf);

  expect(asked).toEqual(['a']);
  expect(ids(report.reportedOnly)).toEqual(['theirs']);
  expect(ids([...report.wiped, ...report.remains])).toEqual(['a']);
});

test('what was only reported and is gone at the second look is not claimed as wiped', async () => {
  const shelf = new Shelf('a');
  shelf.reported.add('theirs');
  shelf.wipeOne = () => [shelf.things, shelf.reported].forEach((all) => all.clear());

  expect(ids((await run(shelf)).wiped)).toEqual(['a']);
});

test('what was found is kept before anything of it goes', async () => {
  const shelf = new Shelf('a', 'b');
  shelf.reported.add('c');
  const kept: { report: WipeReport; there: string[] }[] = [];

  await runWiper(account.context, shelf, account.target, async (report) => void kept.push({ report, there: [...shelf.things] }));

  expect(kept).toHaveLength(1);
  expect(kept[0].there).toEqual(['a', 'b']);
  expect(ids(kept[0].report.found)).toEqual(['a', 'b', 'c']);
  expect(ids(kept[0].report.remains)).toEqual(['a', 'b']);
  expect(kept[0].report.wiped).toEqual([]);
});

test('nothing goes when it can\'t be kept what was there', async () => {
  const shelf = new Shelf('a');

  await expect(runWiper(account.context, shelf, account.target, () => Promise.reject(new Error('throttled')))).rejects.toThrow('throttled');

  expect([...shelf.things]).toEqual(['a']);
});
