import { Argument, Option } from 'commander';
import { deployedOf, PLANNED, PlannedAgent, planOf, stacksIn } from '../../runtime/operator';
import { examples, Verb } from '../command';
import { EXIT } from '../exit-codes';
import { renderPlan, renderPlanAsMarkdown } from '../render-plan';

const FAIL_ON = [...PLANNED, 'wider-access', 'later-end'] as const;

interface PlanOptions {
  readonly against?: string;
  readonly markdown?: true;
  readonly failOn?: readonly string[];
}

export const plan: Verb = {
  register: (nhi, { deployed, print, exitWith }) => nhi.command('plan')
    .description(`what deploying a synthesized app does to its agents, against what is deployed now; exit code ${EXIT.found} if --fail-on names it`)
    .addArgument(new Argument('[assembly]', 'what cdk synth wrote').default('cdk.out'))
    .option('--against <assembly>', 'compare with another synthesized app, such as that of the main branch; needs no credentials')
    .option('--markdown', 'print Markdown, for a comment in a pull request')
    .addOption(new Option('--fail-on <what...>', 'for checks in CI').choices(FAIL_ON))
    .addHelpText('after', examples('nhi plan', 'nhi plan cdk.out --fail-on leave wider-access', 'nhi plan cdk.out --against main/cdk.out --markdown'))
    .action(async (assembly: string, { against, markdown, failOn = [] }: PlanOptions) => {
      const after = stacksIn(assembly);
      const { before, elsewhere } = against !== undefined ? { before: stacksIn(against), elsewhere: [] }
        : await deployed('reading the deployed templates', (reader) => deployedOf(reader, after));
      const agents = planOf(before, after.filter((stack) => !elsewhere.includes(stack)));
      const notRead = elsewhere.map(({ stackName, account }) => ({ stackName, account }));
      print({ agents, notRead }, markdown === true ? renderPlanAsMarkdown : renderPlan);
      if (agents.some((agent) => wordsOf(agent).some((word) => failOn.includes(word)))) {
        exitWith(EXIT.found);
      }
    }),
};

/** What `--fail-on` can name of an agent. */
function wordsOf({ does, comes, dormant, ends }: PlannedAgent): (typeof FAIL_ON)[number][] {
  return [
    does,
    ...(comes.length > 0 || dormant.widened.length > 0 ? ['wider-access' as const] : []),
    ...(ends !== undefined && ends.from !== '' && Date.parse(ends.to) > Date.parse(ends.from) ? ['later-end' as const] : []),
  ];
}
