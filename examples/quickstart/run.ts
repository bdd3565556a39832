import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { IAMClient } from '@aws-sdk/client-iam';
import { Cdk } from './cdk';
import { findLeft, makeByHand } from './leftovers';
import { Narrator } from './narrator';
import { Outcome, Sessions } from './sessions';
import { Emulator } from '../../test/emulator/emulator';

const PROJECT = join(__dirname, '..', '..');
const DAY_MS = 24 * 60 * 60 * 1000;
const TEST_TABLE = 'invoices-test';
const PRODUCTION_TABLE = 'invoices-production';
const LOOKS = 90;

const say = new Narrator();

/** The life of one agent on a local AWS, with the real `cdk` command. Every sentence with `ok` was checked by a real call. */
async function main(): Promise<void> {
  const scratch = mkdtempSync(join(tmpdir(), 'nhi-quickstart-'));
  process.on('exit', () => rmSync(scratch, { recursive: true, force: true, maxRetries: 5 }));
  let emulator: Emulator | undefined;
  try {
    say.chapter('A local AWS that enforces IAM');
    emulator = await say.during('started, on a free port', () => Emulator.start({ progress: (message) => say.note(message) }));
    await live(emulator, scratch);
    say.end();
  } finally {
    await emulator?.stop();
  }
}

async function live(emulator: Emulator, scratch: string): Promise<void> {
  const { url, region, accountId } = emulator;
  const env = { ...emulator.env, CDK_DEFAULT_ACCOUNT: accountId, CDK_DEFAULT_REGION: region };
  // Within every stage's longest tenure. A real app has a fixed date, because each deployment must have the same end.
  const expires = new Date(Date.now() + 90 * DAY_MS).toISOString().replace(/\.\d+Z/, 'Z');
  // Run from the project's folder, because the command line can't quote a path with a space.
  const cdk = new Cdk(env, scratch, 'node --import tsx examples/quickstart/app.ts', { expires });
  const sessions = new Sessions(url, region, accountId);
  const iam = new IAMClient({ endpoint: url, region, credentials: { accessKeyId: accountId, secretAccessKey: 'test' } });
  const nhi = (...args: string[]): Promise<string> => run(process.execPath, [join(PROJECT, 'assets', 'cli', 'nhi', 'index.js'), ...args], env);

  say.chapter('The platform, once per account: registry, and two tables of invoices');
  await say.during('cdk bootstrap', () => cdk.bootstrap());
  await say.during('cdk deploy Platform', () => cdk.deploy(['Platform']));

  say.chapter('Joiner: `stage: AgentStage.TEST`, and cdk deploy');
  await say.during('cdk deploy InvoiceBot', () => cdk.deploy(['InvoiceBot']));
  say.note(await nhi('show', 'invoice-bot'));
  const old = await sessions.open('invoice-bot', 'test');
  expect('it reads the test table', await sessions.read(old, TEST_TABLE), 'allowed');
  expect('it is refused on the production table', await sessions.read(old, PRODUCTION_TABLE), 'refused');

  say.chapter('Mover: the line becomes `stage: AgentStage.PRODUCTION`, and cdk deploy');
  await say.during('cdk deploy InvoiceBot', () => cdk.deploy(['InvoiceBot'], { stage: 'production' }));
  expect('the session from before the move is refused on the test table', await sessions.read(old, TEST_TABLE), 'refused');
  const fresh = await sessions.open('invoice-bot', 'production');
  expect('a new one reads the production table', await sessions.read(fresh, PRODUCTION_TABLE), 'allowed');
  expect('and writes it', await sessions.write(fresh, PRODUCTION_TABLE), 'allowed');
  expect('and is refused on the test table', await sessions.read(fresh, TEST_TABLE), 'refused');

  say.chapter('Somebody goes past the pipeline: an admin policy on the role, a user with keys');
  await makeByHand(iam, 'invoice-bot-production');
  expect('with the admin policy the agent reads what it was never given', await sessions.read(fresh, TEST_TABLE), 'allowed');

  say.chapter('Leaver: cdk destroy');
  await say.during('cdk destroy InvoiceBot', () => cdk.destroy(['InvoiceBot'], { stage: 'production' }));
  expect('its last session is refused', await sessions.read(fresh, PRODUCTION_TABLE), 'refused');
  const left = await findLeft(iam, ['invoice-bot-test', 'invoice-bot-production']);
  if (left.length > 0) {
    throw new Error(`expected nothing to be left, found ${left.join(', ')}`);
  }
  say.ok('both roles, the policy, the user and its keys are gone (looked for again just now)');

  say.chapter('Proof: the decommission certificate');
  say.note(await say.during('its second part, which says when the role was no longer there', () => bothParts(() => nhi('certificate', 'invoice-bot'))));
  say.chapter('Proof: the chain of events, verified');
  say.note(await nhi('verify', 'invoice-bot'));
}

/** Waits for the second part: the engine checks for the role 10 seconds after its response for the first time. */
async function bothParts(read: () => Promise<string>): Promise<string> {
  for (let looks = 0; looks < LOOKS; looks++) {
    const text = await read();
    if (text.includes('Second part, recorded')) {
      return text;
    }
    await pause(1_000);
  }
  throw new Error(`the certificate has no second part after ${LOOKS} looks`);
}

function expect(what: string, seen: Outcome, expected: Outcome): void {
  if (seen !== expected) {
    throw new Error(`expected: ${what}; but the call was ${seen}`);
  }
  say.ok(what);
}

function run(command: string, args: string[], env: Record<string, string>): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.on('error', reject);
    child.on('close', (status) => status === 0 ? resolve(output.trimEnd()) : reject(new Error(`nhi ${args.slice(1).join(' ')} ended with ${status}`)));
  });
}

// The emulator stops with this process, whatever stops the process.
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    say.failed('interrupted; the local AWS is stopped, nothing is left running');
    process.exit(130);
  });
}

main().catch((error: unknown) => {
  say.failed(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
