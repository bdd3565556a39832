import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

/** Whether a process runs. The dead whom nobody collects, as in some containers, stay listed, and don't. */
export function isRunning(pid: number): boolean {
  try {
    const state = existsSync('/proc/self/stat') ? stateInProc(pid) : execFileSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).trim();
    return state !== '' && !state.startsWith('Z');
  } catch {
    return false;
  }
}

// Small images have no ps. The state comes after the command's name, which is in brackets and may hold anything.
function stateInProc(pid: number): string {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2);
}

/** Waits until something holds, at most five seconds, and tells whether it did. */
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
