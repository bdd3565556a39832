import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

/** Whether a process runs. Dead processes that nothing collects, as in some containers, stay listed and count as not running. */
export function isRunning(pid: number): boolean {
  try {
    const state = existsSync('/proc/self/stat') ? stateInProc(pid) : execFileSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).trim();
    return state !== '' && !state.startsWith('Z');
  } catch {
    return false;
  }
}

// Small images have no ps. The state follows the command's name, which is in brackets and may contain anything.
function stateInProc(pid: number): string {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2);
}

/** Waits at most five seconds until a condition holds. Returns whether it did. */
export async function eventually(holds: () => boolean | Promise<boolean>, timeoutMs = 5_000): Promise<boolean> {
  const deadline = Date.now() + timeoutMs;
  while (Date.now() < deadline) {
    if (await holds()) {
      return true;
    }
    await pause(50);
  }
  return holds();
}
