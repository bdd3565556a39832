import { InvalidArgumentError, Option } from 'commander';
import { proposeTransfer } from '../../runtime/operator';
import { STACK_NAME } from '../../src/contract/name-forms';
import { InvalidInputError } from '../../src/core/errors';
import { agentArgument, Consent, examples, Verb, yesOption } from '../command';
import { renderPlacement } from '../render';

interface TransferOptions extends Consent {
  readonly to?: string;
  readonly withdraw?: boolean;
}

export const transfer: Verb = {
  register: (nhi, { change, print, asking }) => nhi.command('transfer')
    .description('allow another stack to take an agent over, or withdraw that')
    .addArgument(agentArgument())
    .addOption(new Option('--to <stack>', 'name of the root stack that may take it, by transferFrom (and another stage, unless role names are generated)').argParser(stackName))
    .addOption(new Option('--withdraw', 'no stack may take it any more').conflicts('to'))
    .addOption(yesOption())
    .addHelpText('after', examples('nhi transfer invoice-bot --to BotsOfFinance', 'nhi transfer invoice-bot --withdraw'))
    .action(async (agent: string, { to, withdraw, ...consent }: TransferOptions) => {
      if (to === undefined && withdraw !== true) {
        throw new InvalidInputError('TransferTargetMissing', 'say what to do with the offer: --to <stack>, or --withdraw');
      }
      print(await change((connection) => proposeTransfer(connection, agent, to, asking()), consent), (state) => renderPlacement(state, asking().now));
    }),
};

function stackName(text: string): string {
  if (!STACK_NAME.test(text)) {
    throw new InvalidArgumentError('use the name of a root stack: a letter, then up to 127 letters, digits and hyphens');
  }
  return text;
}
