import { Argument } from 'commander';
import { examples, Verb } from '../command';
import { bashCompletion, completablesOf, fishCompletion, zshCompletion } from '../completion';

const SCRIPTS = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion } as const;
type ShellName = keyof typeof SCRIPTS;

export const completion: Verb = {
  register: (nhi, { write }) => nhi.command('completion')
    .description('print a script that completes commands, options and their values in a shell. The script calls nothing; make it again after an update')
    .addArgument(new Argument('<shell>', 'the shell that you use').choices(Object.keys(SCRIPTS)))
    .addHelpText('after', examples(
      'nhi completion bash > ~/.local/share/bash-completion/completions/nhi',
      'nhi completion zsh > ~/.zfunc/_nhi',
      'nhi completion fish > ~/.config/fish/completions/nhi.fish',
    ))
    .action((shell: ShellName) => write(SCRIPTS[shell](completablesOf(nhi)))),
};
