import { Finding, mergeReports, runWiper, WipeReport, Wiper } from '../../../runtime/wiping';

/** The test's own items, some of which can be wiped. */
class Shelf implements Wiper<object, object> {
  public readonly name = 'shelf';
  public readonly source = 'the shelf';
  public readonly gaps: string[] = [];
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

const context = { now: () => new Date('2026-06-01T00:00:00.000Z') };
const run = (shelf: Shelf): Promise<WipeReport> => runWiper(context, shelf, {}).wipe();
const ids = (findings: readonly Finding[]): string[] => findings.map(({ id }) => id);

test('what was found is wiped, searched for again, and the look has its time', async () => {
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

test('what was only reported and no longer exists at the second look is not claimed as wiped', async () => {
  const shelf = new Shelf('a');
  shelf.reported.add('theirs');
  shelf.wipeOne = () => [shelf.things, shelf.reported].forEach((all) => all.clear());

  expect(ids((await run(shelf)).wiped)).toEqual(['a']);
});

test('what was found is known before anything is deleted', async () => {
  const shelf = new Shelf('a', 'b');
  shelf.reported.add('c');

  const report = await runWiper(context, shelf, {}).found;

  expect([...shelf.things]).toEqual(['a', 'b']);
  expect(ids(report.found)).toEqual(['a', 'b', 'c']);
  expect(ids(report.remains)).toEqual(['a', 'b']);
  expect(report.wiped).toEqual([]);
});

describe('the reports of several tries', () => {
  const finding = (id: string, actedOn = true): Finding => ({ wiper: 'shelf', kind: 'thing', id, actedOn });
  const report = (changes: Partial<WipeReport>): WipeReport => ({ wiper: 'shelf', found: [], wiped: [], remains: [], reportedOnly: [], verifiedAt: '2026-06-01T00:00:00.000Z', ...changes });

  test('of the first try nothing is merged', () => {
    const first = report({ found: [finding('a'), finding('seen', false)], wiped: [finding('a')], reportedOnly: [finding('seen', false)] });

    expect(mergeReports(undefined, first)).toEqual(first);
  });

  test('what an earlier try found and wiped stays in the proof; what remains is of the last look', () => {
    const merged = mergeReports(
      report({ found: [finding('a'), finding('b')], wiped: [finding('a')], remains: [finding('b')] }),
      report({ found: [finding('b')], wiped: [finding('b')], verifiedAt: '2026-06-02T00:00:00.000Z' }),
    );

    expect(ids(merged.found)).toEqual(['a', 'b']);
    expect(ids(merged.wiped)).toEqual(['a', 'b']);
    expect(merged.remains).toEqual([]);
    expect(merged.verifiedAt).toBe('2026-06-02T00:00:00.000Z');
  });

  test('who dies between wiping and telling leaves the proof whole: what was found before and isn\'t there now was wiped', () => {
    const first = report({ found: [finding('a'), finding('only-seen', false)], remains: [finding('a')], reportedOnly: [finding('only-seen', false)] });
    expect(mergeReports(undefined, first).wiped).toEqual([]);

    const merged = mergeReports(first, report({ found: [finding('only-seen', false)], reportedOnly: [finding('only-seen', false)] }));

    expect(ids(merged.found)).toEqual(['a', 'only-seen']);
    expect(ids(merged.wiped)).toEqual(['a']);
  });

  test('what was wiped and came up again is not claimed', () => {
    const merged = mergeReports(report({ found: [finding('a')], wiped: [finding('a')] }), report({ found: [finding('a')], remains: [finding('a')] }));

    expect(merged.wiped).toEqual([]);
    expect(ids(merged.remains)).toEqual(['a']);
  });

  test('what was wiped and came up as something to leave alone is not claimed', () => {
    const merged = mergeReports(report({ found: [finding('a')], remains: [finding('a')] }), report({ found: [finding('a', false)], reportedOnly: [finding('a', false)] }));

    expect(merged.wiped).toEqual([]);
    expect(ids(merged.reportedOnly)).toEqual(['a']);
  });

  test('what was only reported and no longer exists was not wiped', () => {
    expect(mergeReports(report({ found: [finding('x', false)], reportedOnly: [finding('x', false)] }), report({})).wiped).toEqual([]);
  });
});
