import { Option, Command } from 'commander';
import { isDone, ManyOutcome, Selection } from '../../runtime/operator';
import { InvalidInputError } from '../../src/core/errors';
import { agentArgument, Consent, examples, reasonOption, Shell, yesOption } from '../command';
import { EXIT } from '../exit-codes';
import { renderOutcomes, renderPlacement } from '../render';
import { Suspended } from '../suspensions';

interface Options extends Consent {
  readonly reason: string;
  readonly allOfSponsor?: string;
  readonly stage?: string;
  readonly tag?: Selection['tag'];
  readonly acceptOldTokens?: boolean;
}

/** Adds a verb that suspends or resumes: one agent by its name, or all that match. Its exit code is 1 if it was not done to one of them. */
export function suspensionVerb(nhi: Command, { changeOnEither, print, asking, exitWith }: Shell, verb: 'suspend' | 'resume', description: string): void {
  const command = nhi.command(verb)
    .description(description)
    .addArgument(agentArgument('[agent]'))
    .addOption(new Option('--all-of-sponsor <id>', 'all agents of this sponsor, by id or mail address as the list shows it'))
    .addOption(new Option('--stage <stage>', 'all agents in this stage'))
    .addOption(new Option('--tag <key=value>', 'all agents whose role has this tag').argParser(tagOf))
    .addOption(reasonOption())
    .addOption(yesOption())
    .addHelpText('after', examples(
      `nhi ${verb} invoice-bot --reason 'Ticket 4711'`,
      `nhi --google-registry gs://acme-agents-agents-registry ${verb} invoice-bot --reason 'Ticket 4711'`,
      `nhi ${verb} --all-of-sponsor ada.park@example.com --stage test --reason 'Ticket 4711'`,
      `nhi ${verb} --tag team=payments --reason 'Ticket 4711' --yes`,
    ))
    .action(async (agent: string | undefined, { reason, allOfSponsor: sponsor, stage, tag, acceptOldTokens = false, ...consent }: Options) => {
      const given = Object.entries({ sponsor, stage, tag }).filter(([, value]) => value !== undefined);
      const selection: Selection = Object.fromEntries(given);
      requireOne(verb, agent, selection);
      if (agent !== undefined) {
        const { agent: state, isDone: isAllDone } = await changeOnEither<Suspended>((registry) => (
          registry.proposeSuspension(verb, agent, { reason, acceptOldTokens, asking: asking() })), consent);
        print(state, () => renderPlacement(state, asking().now));
        exitWith(isAllDone ? EXIT.done : EXIT.failed);
        return;
      }
      const outcomes = await changeOnEither<ManyOutcome[]>((registry) => (
        registry.proposeSuspensions(verb, selection, { reason, acceptOldTokens, asking: asking() })), consent);
      print(outcomes, renderOutcomes);
      exitWith(outcomes.every((outcome) => isDone(verb, outcome)) ? EXIT.done : EXIT.failed);
    });
  if (verb === 'resume') {
    command.option('--accept-old-tokens', 'on Google: resume at once, though tokens from before the suspension work again until they end');
  }
}

/** @throws InvalidInputError `SelectionInvalid` */
function requireOne(verb: string, agent: string | undefined, selection: Selection): void {
  const isMany = Object.keys(selection).length > 0;
  if ((agent === undefined) !== isMany) {
    throw new InvalidInputError('SelectionInvalid', `nhi ${verb} needs either the name of one agent or at least one of --all-of-sponsor, --stage and --tag${isMany ? ': it got both' : ''}`);
  }
}

function tagOf(text: string): Selection['tag'] {
  const [, key, value] = /^([^=]{1,128})=(.{0,256})$/.exec(text) ?? [];
  if (key === undefined) {
    throw new InvalidInputError('SelectionInvalid', '--tag needs a key and a value, such as --tag team=payments');
  }
  return { key, value };
}
