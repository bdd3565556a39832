import { execFile } from 'node:child_process';

const GCLOUD_MILLISECONDS = 30_000;

/** Runs gcloud. Returns undefined if gcloud is missing or fails. */
export function gcloud(args: readonly string[], environment: Readonly<Record<string, string>>): Promise<string | undefined> {
  return new Promise((resolve) => {
    // On Windows gcloud is a script, which needs a shell. All arguments are our own.
    const options = { timeout: GCLOUD_MILLISECONDS, env: { ...process.env, ...environment }, shell: process.platform === 'win32' };
    execFile('gcloud', [...args], options, (error, stdout) => resolve(error === null ? stdout.trim() || undefined : undefined));
  });
}
