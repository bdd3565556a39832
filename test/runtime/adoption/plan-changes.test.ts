import { mkdtempSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bytesWith, PLACE, SMALL, TABLE_OPTIONS, tableWith } from './tables';
import { Definition, FileChange, filesIn, FolderFiles, generate, planAdoption, planUndo, readTable } from '../../../runtime/adoption';
import { trust } from '../inventory/generated-account';

type Cells = Parameters<typeof tableWith>[1];
const STACK = '111122223333/adopted-production.ts';

function plan(cells: Cells, folder: FolderFiles = new Map(), place = PLACE): FileChange[] {
  const { agents } = readTable(bytesWith(SMALL, cells), 'x.csv', TABLE_OPTIONS);
  const definitions = new Map(agents.map(({ arn }): [string, Definition] => [arn, { trust: trust({ Service: 'lambda.amazonaws.com' }), policies: [] }]));
  return planAdoption(generate(agents, definitions, place), agents, folder);
}

/** The folder after changes. */
function after(changes: readonly FileChange[], folder: FolderFiles = new Map()): Map<string, string> {
  const files = new Map(folder);
  for (const { path, does, after: text } of changes) {
    if (does === 'write') {
      files.set(path, text!);
    } else if (does === 'remove') {
      files.delete(path);
    }
  }
  return files;
}

const told = (changes: readonly FileChange[]): string[] => changes.map(({ path, does }) => `${does} ${path}`);
const one = { 'admin-bot-0': {} };
const edited = (folder: FolderFiles, path: string): Map<string, string> => new Map(folder).set(path, folder.get(path)!.replace('Books', 'Reads'));

test('an empty folder gets a file a stack, the steps of migrations, and then the app', () => {
  expect(told(plan({ ...one, 'tf-0': { how: 'migrate' } }))).toEqual([
    `write ${STACK}`, 'write 111122223333/agent-tf-0.md', 'write 111122223333/agent-tf-0.ts', 'write app.ts',
  ]);
});

test('the same table again changes nothing; another row changes its stack only', () => {
  const folder = after(plan(one));

  expect(plan(one, folder)).toEqual([]);
  expect(told(plan({ ...one, 'tf-0': {} }, folder))).toEqual([`write ${STACK}`]);
  expect(told(plan({ ...one, 'tf-0': { stack: 'another' } }, folder))).toEqual(['write 111122223333/another.ts', 'write app.ts']);
});

test('a run that ended half-way is continued', () => {
  const [first, ...rest] = plan({ ...one, 'tf-0': { stack: 'another' } });

  expect(told(plan({ ...one, 'tf-0': { stack: 'another' } }, after([first])))).toEqual(told(rest));
});

test('a file that a person has edited is kept, and is reported only if it would be another one by now', () => {
  const folder = edited(after(plan(one)), STACK);

  expect(plan(one, folder)).toEqual([]);
  expect(plan({ ...one, 'tf-0': {} }, folder)).toEqual([{ path: STACK, does: 'keep', because: 'it was edited since it was written' }]);
  // Its stack stays in the app, whatever the table says.
  expect(after(plan({ 'tf-0': { stack: 'another' } }, folder), folder).get('app.ts')).toContain('./111122223333/adopted-production');
});

test('fails when a file of somebody else is in the way, and changes nothing', () => {
  expect(() => plan(one, new Map([[STACK, 'export {};\n']]))).toThrow(/FolderConflict: .*\n.*FileForeign: "111122223333\/adopted-production.ts" was not written by nhi adopt/);
  expect(() => plan(one, new Map([['app.ts', 'export {};\n']]))).toThrow(/FileForeign: "app.ts"/);
  expect(plan(one, new Map([['111122223333/mine.ts', 'export {};\n']]))).toHaveLength(2);
});

test.each<[string, Cells, RegExp]>([
  ['its row is missing', { 'tf-0': {} }, /AgentWouldLeave: "111122223333\/adopted-production.ts" declares agent admin-bot-0, and by the table it would not: keep its row/],
  ['it would be in another stack', { 'admin-bot-0': { stack: 'another' } }, /AgentWouldLeave: .*an agent stays in its stack/],
  ['it has another name', { 'admin-bot-0': { agent_name: 'new-bot' } }, /AgentWouldLeave: /],
  ['it adopted its role, and an old table says migrate', { 'admin-bot-0': { how: 'migrate', stack: 'adopted-production' } }, /AgentWouldChange: agent admin-bot-0 .* adopted its role: take a new inventory/],
])('fails when an agent would leave by accident: %s', (_what, cells, fault) => {
  expect(() => plan(cells, after(plan(one)))).toThrow(fault);
});

test('fails when the registry or the region is another one than before', () => {
  const folder = after(plan(one));

  expect(() => plan(one, folder, { ...PLACE, region: 'us-east-1' })).toThrow(/PlaceWouldChange: the agents of "111122223333\/adopted-production.ts" are of registry agents in eu-west-1: give --registry and --region/);
  expect(() => plan(one, edited(folder, STACK), { ...PLACE, registry: 'others' })).toThrow(/PlaceWouldChange/);
});

test('an agent with a role of its own can\'t adopt one', () => {
  const migrated = { 'tf-0': { how: 'migrate' } };

  expect(() => plan({ 'tf-0': { stack: 'agent-tf-0' } }, after(plan(migrated)))).toThrow(/AgentWouldChange: agent tf-0 .* has a role of its own/);
});

test('twin: a new inventory, in which the role has the tags of its agent, migrates it, and names the role that is replaced', () => {
  const folder = after(plan(one));
  const changes = plan({ 'admin-bot-0': { how: 'migrate', agent: 'admin-bot-0', registry: 'agents' } }, folder);

  expect(told(changes)).toEqual(['write 111122223333/adopted-production.md', `write ${STACK}`]);
  expect(changes[1].after).toContain("replaces: iam.Role.fromRoleArn(this, 'OldRole-admin-bot-0', 'arn:aws:iam::111122223333:role/admin-bot-0')");
  // Steps that are done are removed with the last migration.
  expect(changes[0].after).toContain('Remove `replaces`, and deploy.');
});

describe('undo', () => {
  const all = after(plan({ ...one, 'tf-0': { how: 'migrate' } }));

  test('removes what was written, the app first, and nothing else', () => {
    const mine = new Map([...all, ['111122223333/mine.ts', 'export {};\n']]);

    expect(told(planUndo(mine))).toEqual(['remove app.ts', `remove ${STACK}`, 'remove 111122223333/agent-tf-0.md', 'remove 111122223333/agent-tf-0.ts']);
    expect([...after(planUndo(mine), mine).keys()]).toEqual(['111122223333/mine.ts']);
    expect(planUndo(new Map())).toEqual([]);
  });

  test('keeps what a person has edited, with the app of it', () => {
    const changes = planUndo(edited(all, STACK));

    expect(changes).toContainEqual({ path: STACK, does: 'keep', because: 'it was edited since it was written' });
    expect(after(changes, edited(all, STACK)).get('app.ts')).toContain('adopted-production');
    expect(after(changes, edited(all, STACK)).get('app.ts')).not.toContain('agent-tf-0');
  });

  test('keeps a stack whose removal would deny its roles everything for good', () => {
    expect(planUndo(after(plan({ 'admin-bot-0': { on_removal: 'leave' } })))).toContainEqual(expect.objectContaining({ path: STACK, does: 'keep', because: expect.stringContaining('the roles of admin-bot-0 would be denied everything for good') }));
  });
});

test.each<[string, (path: string, elsewhere: string) => void]>([
  ['a link to another folder', (path, elsewhere) => symlinkSync(elsewhere, path)],
  ['a link to nothing', (path) => symlinkSync('/nowhere', path)],
  ['a file', (path) => writeFileSync(path, 'x')],
])('fails when %s has the name of an account, because the sources would be written elsewhere; twin: a folder', (_what, make) => {
  const folder = mkdtempSync(join(tmpdir(), 'nhi-folder-'));
  try {
    mkdirSync(join(folder, 'other'));
    make(join(folder, '111122223333'), join(folder, 'other'));
    expect(() => filesIn(folder)).toThrow(/FolderUnreadable: .*111122223333 .* is a link or no folder/);

    rmSync(join(folder, '111122223333'), { force: true });
    mkdirSync(join(folder, '111122223333'));
    expect(filesIn(folder).size).toBe(0);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('only files of accounts are read, and a link is not followed', () => {
  const folder = mkdtempSync(join(tmpdir(), 'nhi-folder-'));
  try {
    mkdirSync(join(folder, '111122223333'));
    mkdirSync(join(folder, 'other'));
    writeFileSync(join(folder, 'other', 'x.ts'), 'x');
    writeFileSync(join(folder, '111122223333', 'a.ts'), 'a');
    writeFileSync(join(folder, '111122223333', 'a.txt'), 'a');
    symlinkSync('/etc/hostname', join(folder, '111122223333', 'link.ts'));

    expect([...filesIn(folder)]).toEqual([['111122223333/a.ts', 'a'], ['111122223333/link.ts', '']]);
    expect(filesIn(join(folder, 'missing')).size).toBe(0);
    expect(() => filesIn(join(folder, '111122223333', 'a.ts'))).toThrow(/FolderUnreadable/);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
