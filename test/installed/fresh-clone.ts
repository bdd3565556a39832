import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export const PROJECT = join(__dirname, '..', '..');

/**
 * A clone of what the next commit would contain, including changed and new files, but nothing that git ignores. It shares the installed dependencies.
 * Otherwise its first `npm pack` would install them from the same lock file.
 */
export function freshClone(folder: string): string {
  const repository = join(folder, 'repository.git');
  const clone = join(folder, 'clone');
  const git = (...args: string[]): unknown => execFileSync('git', args, { cwd: PROJECT, stdio: ['ignore', 'ignore', 'pipe'] });
  const commit = (...args: string[]): unknown => git('--git-dir', repository, '--work-tree', PROJECT, '-c', 'user.name=test', '-c', 'user.email=test@example.com', ...args);
  git('init', '--quiet', '--bare', repository);
  commit('add', '--all', '.');
  // A link with this name isn't the folder that `.gitignore` names.
  commit('rm', '--cached', '-r', '--quiet', '--ignore-unmatch', 'node_modules');
  commit('commit', '--quiet', '--no-verify', '--no-gpg-sign', '--message', 'as it stands');
  git('clone', '--quiet', repository, clone);
  symlinkSync(join(PROJECT, 'node_modules'), join(clone, 'node_modules'));
  return clone;
}

/** Files in a working folder that no package may contain. */
export const SCRATCH = ['notes.txt', '.env', 'cdk-nhi-lifecycle-0.0.0-earlier.tgz', 'lib/gone/index.js', 'assets/cli/nhi/index.js.map', 'docs/draft.svg'];

export function litter(clone: string): void {
  for (const file of SCRATCH) {
    mkdirSync(dirname(join(clone, file)), { recursive: true });
    writeFileSync(join(clone, file), 'scratch');
  }
}
