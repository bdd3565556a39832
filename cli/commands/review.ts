import { Option } from 'commander';
import { VERDICTS, Verdict } from '../../runtime/model/review';
import { listReviews, proposeDecision, showReview, WantedDecision } from '../../runtime/operator';
import { validateEmail } from '../../src/core/email';
import { agentArgument, Consent, examples, reasonOption, Verb, yesOption } from '../command';
import { instant } from '../instants';
import { renderPlacement } from '../render';
import { renderDelegates, renderReview, renderReviews } from '../render-review';

/** A delegate is named with a command of its own. */
const DECISIONS = VERDICTS.filter((verdict) => verdict !== 'delegate' && verdict !== 'end-delegation');

interface DelegateOptions extends Consent {
  readonly until?: string;
  readonly end?: boolean;
  readonly reason: string;
}

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
      .addHelpText('after', examples('nhi review list'))
      .action(async () => print(await reading('reading reviews', listReviews), renderReviews));
    verb.command('show')
      .description('what an agent may do and does, beside what its code declares')
      .addArgument(agentArgument())
      .addHelpText('after', examples('nhi review show invoice-bot'))
      .action(async (agent: string) => print(await reading(`reading the review of ${agent}`, (connection) => showReview(connection, agent, asking().now)), renderReview));
    verb.command('decide')
      .description(`decide as the agent's sponsor, backup, delegate or second reviewer: ${DECISIONS.join(', ')}`)
      .addArgument(agentArgument())
      .addArgument(verb.createArgument('<verdict>', 'what you decide').choices(DECISIONS))
      .addOption(new Option('--items <services>', 'services that are kept, or whose change is requested, with commas between them').argParser(listOf))
      .addOption(new Option('--actions <actions>', 'services or actions to deny or to give back, such as s3,dynamodb:DeleteItem').argParser(listOf))
      .option('--to <mail>', 'mail address of the person who is to be accountable, for transfer')
      .option('--shown <digest@time>', 'what you looked at and when, as nhi review show prints it; with --yes it is needed')
      .addOption(reasonOption())
      .addOption(yesOption())
      .addHelpText('after', examples(
        'nhi review decide invoice-bot keep --reason \'Checked with the team\'',
        'nhi review decide invoice-bot reduce --actions s3,dynamodb:DeleteItem --reason \'Not used since May\'',
      ))
      .action(async (agent: string, verdict: Verdict, { items, actions, to, shown, reason, ...consent }: DecideOptions, command) => {
        if (consent.yes === true && shown === undefined && verdict !== 'restore') {
          command.error('error: --yes needs --shown: otherwise nobody has looked at what is decided');
        }
        const wanted: WantedDecision = { verdict, reason, ...given({ items, actions, to }) };
        const state = await change((connection) => proposeDecision(connection, agent, wanted, shown, asking()), consent);
        print(state, () => renderPlacement(state, asking().now));
      });
    verb.command('delegate')
      .description('let another person decide reviews of the agent for you, as its sponsor or backup, until an end 90 days ahead at most')
      .addArgument(agentArgument())
      .addArgument(verb.createArgument('<mail>', 'mail address of the person').argParser((text: string) => validateEmail('the delegate\'s address', text)))
      .addOption(new Option('--until <date>', 'when it ends: the end of a day (2027-03-31), UTC, or an instant (2027-03-31T12:00:00Z)').argParser(instant))
      .addOption(new Option('--end', 'end it now').conflicts('until'))
      .addOption(reasonOption())
      .addOption(yesOption())
      .addHelpText('after', examples(
        'nhi review delegate invoice-bot li.chen@example.com --until 2027-03-31 --reason \'On leave until spring\'',
        'nhi review delegate invoice-bot li.chen@example.com --end --reason \'Back at work\'',
      ))
      .action(async (agent: string, to: string, { until, end, reason, ...consent }: DelegateOptions, command) => {
        if (until === undefined && end !== true) {
          command.error('error: name the end with --until, or end the delegation with --end');
        }
        const wanted: WantedDecision = { verdict: end === true ? 'end-delegation' : 'delegate', to: to.toLowerCase(), reason, ...given({ until }) };
        const state = await change((connection) => proposeDecision(connection, agent, wanted, undefined, asking()), consent);
        print(state, (_state, columns) => renderDelegates(state, asking().now, columns));
      });
  },
};

function listOf(text: string): string[] {
  return text.split(',').map((part) => part.trim()).filter((part) => part !== '');
}

function given<T extends object>(options: T): Partial<T> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Partial<T>;
}
