import { mkdir, open, readFile, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MILLISECONDS = 300;

/** Runs work in only one of several processes, while the others wait. A lock whose process has died is ignored. */
export async function once(lock: string, isDone: () => boolean, work: () => Promise<void>): Promise<void> {
  await mkdir(dirname(lock), { recursive: true });
  while (!isDone()) {
    if (await take(lock)) {
      try {
        if (!isDone()) {
          await work();
        }
      } finally {
        await rm(lock, { force: true });
      }
    } else {
      await sleep(POLL_MILLISECONDS);
    }
  }
}

async function take(lock: string): Promise<boolean> {
  try {
    const file = await open(lock, 'wx');
    await file.writeFile(String(process.pid));
    await file.close();
    return true;
  } catch {
    const holder = Number(await readFile(lock, 'utf8').catch(() => '0'));
    if (holder > 0 && !isAlive(holder)) {
      await rm(lock, { force: true });
    }
    return false;
  }
}

function isAlive(process_: number): boolean {
  try {
    return process.kill(process_, 0);
  } catch {
    return false;
  }
}
