import { setTimeout as pause } from 'node:timers/promises';
import { Option } from 'commander';
import { InvalidInputError, reasonOf } from '../../src/core/errors';
import { agentArgument, examples, Verb } from '../command';
import { wholeNumber } from '../numbers';
import { renderPlacement } from '../render';
import { renderDetails } from '../render-details';

const EVENTS = 20;

interface ShowFlags {
  readonly live?: boolean;
  readonly events: number;
}

export const show: Verb = {
  register: (nhi, { read, print, asking, columns }) => nhi.command('show')
    .description('one agent: what is declared of it, what happened to it, its credentials and certificates. What you may not read is named, and the rest is shown')
    .addArgument(agentArgument())
    .option('--live', 'ask IAM too what its role is granted and what of it was used, and for access keys: about 10 calls, and some seconds')
    .addOption(new Option('--events <number>', 'show so many events, the most recent ones').argParser(wholeNumber('events', 1, 100_000)).default(EVENTS))
    .addHelpText('after', examples('nhi show invoice-bot', 'nhi show invoice-bot --live --json'))
    .action(async (agentName: string, { live = false, events }: ShowFlags) => {
      const { now } = asking();
      const { agent, details } = await read(`reading ${agentName}`, (registry) => registry.show(agentName, { now, live, pause }));
      print({ ...agent, ...details }, () => wellFormed(agentName, () => [
        renderPlacement(agent, now),
        renderDetails(details, { now, columns: columns(), events, agentName }),
      ].join('\n')));
    }),
};

/** A person with access to the table can give a state any form. */
function wellFormed(agentName: string, render: () => string): string {
  try {
    return render();
  } catch (error) {
    throw new InvalidInputError('StateMalformed', `what the ledger has of agent ${agentName} is not of the form that the engine writes (${reasonOf(error)}): nhi verify ${agentName} names the first difference, and nhi show ${agentName} --json prints what is there`, { cause: error });
  }
}
