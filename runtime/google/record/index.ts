import { setTimeout as sleep } from 'node:timers/promises';
import { program } from './program';
import { gcloud } from '../api/gcloud';

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
