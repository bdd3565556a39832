import { Option } from 'commander';
import { VERDICTS, Verdict } from '../../runtime/model/review';
import { listReviews, proposeDecision, showReview, WantedDecision } from '../../runtime/operator';
import { agentArgument, Consent, reasonOption, Verb, yesOption } from '../command';
import { renderPlacement } from '../render';
import { renderReview, renderReviews } from '../render-review';

interface DecideOptions extends Consent {
  readonly items?: string[];
  readonly actions?: string[];
  readonly to?: string;
  readonly shown?: string;
  readonly reason: string;
}

export const review: Verb = {
  register: (nhi, { reading, change, print, asking }) => {
    const verb = nhi.command('review').description('reviews of what agents may do: which are open, what is shown, and your decision');
    verb.command('list')
      .description('agents whose access is to be decided, the earliest deadline first')
      .action(async () => print(await reading('reading reviews', listReviews), renderReviews));
    verb.command('show')
      .description('what an agent may do and does, beside what its code declares')
      .addArgument(agentArgument())
      .action(async (agent: string) => print(await reading(`reading the review of ${agent}`, (connection) => showReview(connection, agent)), renderReview));
    verb.command('decide')
      .description(`decide as the agent's sponsor or backup: ${VERDICTS.join(', ')}`)
      .addArgument(agentArgument())
      .addArgument(verb.createArgument('<verdict>', 'what you decide').choices(VERDICTS))
      .addOption(new Option('--items <services>', 'services that are kept, or whose change is requested, with commas between them').argParser(listOf))
      .addOption(new Option('--actions <actions>', 'services or actions to deny or to give back, such as s3,dynamodb:DeleteItem').argParser(listOf))
      .option('--to <mail>', 'mail address of the person who is to be accountable, for transfer')
      .option('--shown <digest>', 'digest of what you looked at, as nhi review show prints it; with --yes it is needed')
      .addOption(reasonOption())
      .addOption(yesOption())
      .action(async (agent: string, verdict: Verdict, { items, actions, to, shown, reason, ...consent }: DecideOptions, command) => {
        if (consent.yes === true && shown === undefined && verdict !== 'restore') {
          command.error('error: --yes needs --shown: otherwise nobody has looked at what is decided');
        }
        const wanted: WantedDecision = { verdict, reason, ...given({ items, actions, to }) };
        const state = await change((connection) => proposeDecision(connection, agent, wanted, shown, asking()), consent);
        print(state, () => renderPlacement(state, asking().now));
      });
  },
};

function listOf(text: string): string[] {
  return text.split(',').map((part) => part.trim()).filter((part) => part !== '');
}

function given<T extends object>(options: T): Partial<T> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Partial<T>;
}
