import { Option, Command } from 'commander';
import { statusOf } from '../../runtime/model/placement-state';
import { isDone, ManyOutcome, proposeMany, proposeResumption, proposeSuspension, Selection } from '../../runtime/operator';
import { InvalidInputError } from '../../src/core/errors';
import { agentArgument, Consent, examples, reasonOption, Shell, yesOption } from '../command';
import { EXIT } from '../exit-codes';
import { renderOutcomes, renderPlacement } from '../render';

interface Options extends Consent {
  readonly reason: string;
  readonly allOfSponsor?: string;
  readonly stage?: string;
  readonly tag?: Selection['tag'];
}

/** Adds a verb that suspends or resumes: one agent by its name, or all that match. Its exit code is 1 if it was not done to one of them. */
export function suspensionVerb(nhi: Command, { change, print, asking, exitWith }: Shell, verb: 'suspend' | 'resume', description: string): void {
  const propose = verb === 'suspend' ? proposeSuspension : proposeResumption;
  nhi.command(verb)
    .description(description)
    .addArgument(agentArgument('[agent]'))
    .addOption(new Option('--all-of-sponsor <id>', 'all agents of this sponsor, by id or mail address as the list shows it'))
    .addOption(new Option('--stage <stage>', 'all agents in this stage'))
    .addOption(new Option('--tag <key=value>', 'all agents whose role has this tag').argParser(tagOf))
    .addOption(reasonOption())
    .addOption(yesOption())
    .addHelpText('after', examples(
      `nhi ${verb} invoice-bot --reason 'Ticket 4711'`,
      `nhi ${verb} --all-of-sponsor ada.park@example.com --stage test --reason 'Ticket 4711'`,
      `nhi ${verb} --tag team=payments --reason 'Ticket 4711' --yes`,
    ))
    .action(async (agent: string | undefined, { reason, allOfSponsor: sponsor, stage, tag, ...consent }: Options) => {
      const given = Object.entries({ sponsor, stage, tag }).filter(([, value]) => value !== undefined);
      const selection: Selection = Object.fromEntries(given);
      requireOne(verb, agent, selection);
      if (agent !== undefined) {
        const state = await change((connection) => propose(connection, agent, reason, asking()), consent);
        print(state, () => renderPlacement(state, asking().now));
        exitWith(isDone(verb, { agentName: agent, status: statusOf(state) }) || state.status !== 'active' ? EXIT.done : EXIT.failed);
        return;
      }
      const outcomes = await change<ManyOutcome[]>((connection) => proposeMany(connection, verb, selection, reason, asking()), consent);
      print(outcomes, renderOutcomes);
      exitWith(outcomes.every((outcome) => isDone(verb, outcome)) ? EXIT.done : EXIT.failed);
    });
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
