import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { completablesOf, bashCompletion, fishCompletion, zshCompletion } from '../../../cli/completion';
import { newFolder } from '../../runtime/inventory/taken';

type Completables = ReturnType<typeof completablesOf>;

interface ShellUnderTest {
  readonly script: (all: Completables) => string;
  /** What the shell, without a configuration of its own, offers at the end of a line. */
  readonly offered: (script: string, line: string, folder: string) => string[];
}

// Bash calls the function with the words of the line, which it splits at blanks and at equals signs.
const BASH = `source "$1"
words=$2
[[ $words == *' ' ]] && words+=$'\\x01'
read -r -a COMP_WORDS <<< "\${words//=/ = }"
COMP_CWORD=$(( \${#COMP_WORDS[@]} - 1 ))
[[ \${COMP_WORDS[COMP_CWORD]} == $'\\x01' ]] && COMP_WORDS[COMP_CWORD]=''
complete -p nhi > /dev/null && _nhi && printf '%s\\n' "\${COMPREPLY[@]}"`;
const FISH = 'source $argv[1]; complete -C $argv[2]';

function lines(command: string, args: readonly string[], cwd: string): string[] {
  const env = { PATH: process.env.PATH, HOME: cwd, TERM: 'xterm' } as unknown as NodeJS.ProcessEnv;
  const text = execFileSync(command, args, { cwd, env, encoding: 'utf8', timeout: 60_000 });
  return [...new Set(text.split('\n').map((line) => line.split('\t')[0].replace(/\/$/, '')).filter((line) => line !== ''))].sort();
}

export const SHELLS: Readonly<Record<string, ShellUnderTest>> = {
  bash: { script: bashCompletion, offered: (script, line, cwd) => lines('bash', ['--norc', '--noprofile', '-c', BASH, 'bash', script, line], cwd) },
  zsh: { script: zshCompletion, offered: (script, line, cwd) => lines('zsh', ['-f', join(__dirname, 'offered.zsh'), script, line], cwd) },
  fish: { script: fishCompletion, offered: (script, line, cwd) => lines('fish', ['--no-config', '-c', FISH, script, line], cwd) },
};

/** Shells that this machine has. `.ci/run` installs all three. */
export const INSTALLED = Object.keys(SHELLS).filter((name) => spawnSync(name, ['--version']).status === 0);

/** Writes the script of a shell for a program, and returns what completes a line. */
export function completionIn(shell: string, all: Completables, folder = newFolder()): (line: string) => string[] {
  const { script, offered } = SHELLS[shell];
  const file = join(newFolder(), 'script');
  writeFileSync(file, `${script(all)}\n`);
  return (line) => offered(file, line, folder);
}
