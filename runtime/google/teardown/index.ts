import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { program } from './program';

const GCLOUD_MILLISECONDS = 30_000;

void program({
  environment: process.env,
  fetch: globalThis.fetch,
  gcloud,
  sleep: (milliseconds) => sleep(milliseconds),
  random: Math.random,
  now: Date.now,
  out: (text) => process.stdout.write(`${text}\n`),
  err: (text) => process.stderr.write(`${text}\n`),
}).then((code) => {
  process.exitCode = code;
});

function gcloud(args: readonly string[], environment: Readonly<Record<string, string>>): Promise<string | undefined> {
  return new Promise((resolve) => {
    // On Windows gcloud is a script, which only a shell starts; the arguments are our own.
    const options = { timeout: GCLOUD_MILLISECONDS, env: { ...process.env, ...environment }, shell: process.platform === 'win32' };
    execFile('gcloud', [...args], options, (error, stdout) => resolve(error === null ? stdout.trim() || undefined : undefined));
  });
}
