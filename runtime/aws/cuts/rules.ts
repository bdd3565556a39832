import { DescribeRuleCommand, DisableRuleCommand, EnableRuleCommand, ListTargetsByRuleCommand } from '@aws-sdk/client-eventbridge';
import { Cut } from './cut';
import { CutContext } from './cut-context';
import { FIND_FUNCTIONS, Holdings } from './holdings';
import { ofEach, unlessMissing } from './missing';
import { allItems } from '../../pages';

/**
 * EventBridge rules of the agent's stack that act with the agent's role or invoke its functions are disabled. EventBridge would otherwise retry for
 * a day what the cut functions refuse.
 */
export const rules: Cut = {
  name: 'rules',
  needs: [FIND_FUNCTIONS, {
    sid: 'StopRules',
    actions: ['events:DescribeRule', 'events:ListTargetsByRule', 'events:DisableRule', 'events:EnableRule'],
    resources: ['arn:{partition}:events:{region}:{account}:rule/*'],
  }],
  find: async (context, holdings) => ofEach(await holdings.of('AWS::Events::Rule'), async (id) => {
    if (!await actsForAgent(context, holdings, id)) {
      return undefined;
    }
    const { State: state } = await context.bus.send(new DescribeRuleCommand(ruleOf(id)));
    return { id, isCut: state === 'DISABLED', was: 'enabled' };
  }),
  apply: ({ bus }, id) => unlessMissing(() => bus.send(new DisableRuleCommand(ruleOf(id)))),
  restore: ({ bus }, { id }) => unlessMissing(async () => {
    if ((await bus.send(new DescribeRuleCommand(ruleOf(id)))).State === 'DISABLED') {
      await bus.send(new EnableRuleCommand(ruleOf(id)));
    }
  }),
};

async function actsForAgent({ bus }: CutContext, holdings: Holdings, id: string): Promise<boolean> {
  const { Name: Rule, EventBusName } = ruleOf(id);
  const targets = await allItems(
    (NextToken) => bus.send(new ListTargetsByRuleCommand({ Rule, EventBusName, NextToken })), (page) => page.Targets, (page) => page.NextToken);
  const ours = await Promise.all(targets.map(async ({ RoleArn: role, Arn: arn = '' }) => holdings.holds(role) || await holdings.isFunction(arn)));
  return ours.includes(true);
}

/** The physical id of a rule is its name, after the name of its bus if that is not the default one. */
function ruleOf(id: string): { Name: string; EventBusName?: string } {
  const [name, bus] = id.split('|').reverse();
  return bus === undefined ? { Name: name } : { Name: name, EventBusName: bus };
}
