import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { program } from '../../../cli/program';
import { Folders } from '../../runtime/audit/audit-world';
import { FakeKms } from '../../runtime/operator/campaign/fake-kms';
import { Registry } from '../registry';

const folders = new Folders();
afterAll(() => folders.remove());

let registry: Registry;
let folder: string;
let digest: string;
beforeEach(async () => {
  registry = new Registry();
  registry.services = { kms: new FakeKms().client };
  await registry.join({ drifts: 2 });
  await registry.leave('left-1', '2026-06-01T00:00:00.000Z', { told: true, deletion: true });
  await registry.announce();
  folder = folders.next('bundle');
  const { output } = await registry.nhi('verify', '--download', folder);
  [, digest] = /^manifest {2}SHA-256 ([0-9a-f]{64})$/m.exec(output)!;
});

const EVENT = 'evidence/events/111122223333/invoice-bot/000000000002.json';

/** Runs the command where nothing can be reached: each way to connect fails. */
async function offline(...words: string[]): Promise<{ output: string; exitCode: typeof process.exitCode }> {
  const unused = (): never => { throw new Error('a client was made'); };
  const before = process.exitCode;
  process.exitCode = 0;
  let output = '';
  try {
    await program({ write: (text: string) => (output += text) }, {
      connect: unused, connectGoogle: unused, connectDeployed: unused, connectInventory: unused, now: () => new Date('2026-06-01T00:00:00Z'), progress: { write: () => true },
    }).parseAsync(['node', 'nhi', 'verify', ...words]);
    return { output, exitCode: process.exitCode };
  } finally {
    process.exitCode = before;
  }
}

test('a downloaded bundle verifies with no client: exit code 0', async () => {
  const { output, exitCode } = await offline('--bundle', folder, '--digest', digest);

  expect(exitCode).toBe(0);
  expect(output).toContain('1 agents with 5 events and 2 certificates are as the registry wrote them\n');
  expect(output).toMatch(/\nTHE BUNDLE IS INTACT\n$/);
  expect(output).toContain('compare it with the key that KMS has');
  expect((await offline('--bundle', folder)).output).toContain('compare it with the one that nhi verify --download printed');
});

test('one byte of an event: exit code 2, and the file, the event, what was expected and what was found', async () => {
  writeFileSync(join(folder, EVENT), 'x', { flag: 'r+' });
  const { output, exitCode } = await offline('--bundle', folder);

  expect(exitCode).toBe(2);
  expect(output).toMatch(new RegExp(`^${EVENT}, event 2: expected SHA-256 [0-9a-f]{64}; found SHA-256 [0-9a-f]{64}\nTHE BUNDLE IS NOT INTACT\n`, 'm'));
  expect(JSON.parse((await offline('--bundle', folder, '--json')).output)).toMatchObject({ findings: [{ file: EVENT, event: 2 }] });
});

test('another digest than the noted one: exit code 2', async () => {
  expect(await offline('--bundle', folder, '--digest', 'a'.repeat(64))).toMatchObject({ exitCode: 2, output: expect.stringContaining('as --digest says') });
});

test('many findings: the first twenty, and how many more', async () => {
  rmSync(join(folder, 'evidence'), { recursive: true });
  for (let index = 0; index < 30; index += 1) {
    writeFileSync(join(folder, `extra-${index}`), '');
  }
  const { output } = await offline('--bundle', folder);
  expect(output).toMatch(/\nand \d+ more\nTHE BUNDLE IS NOT INTACT\n$/);
});

test('the real process needs no credentials, no region and no network', () => {
  // The sources run as they are, so that no bundle has to be fresh.
  const { status, stdout } = spawnSync(process.execPath, ['--import', 'tsx', join(__dirname, '..', '..', '..', 'cli', 'nhi.ts'), 'verify', '--bundle', folder], {
    env: { PATH: process.env.PATH, HOME: folders.next('home'), AWS_ENDPOINT_URL: 'http://127.0.0.1:9', AWS_EC2_METADATA_DISABLED: 'true' }, encoding: 'utf8',
  });
  expect([status, stdout.split('\n').at(-2)]).toEqual([0, 'THE BUNDLE IS INTACT']);
});

test.each([[['--bundle', 'x', '--all']], [['--download', 'x', '--bundle', 'y']], [['invoice-bot', '--bundle', 'y']], [['--all', '--digest', 'a'.repeat(64)]], [[]]])('%j: which of them is meant?', async (words) => {
  expect(await registry.nhi('verify', ...words)).toMatchObject({ exitCode: 1, failure: 'VerifyTargetMissing' });
});
