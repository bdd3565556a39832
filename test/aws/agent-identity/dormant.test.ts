import { App, Environment, Stack } from 'aws-cdk-lib';
import { agentIn, ELSEWHERE, ENV, PRODUCTION, TEST } from './agents';
import { Grant, GRANTS } from './l2-grants';
import { AgentStage } from '../../../src/core';

interface Layout { own?: Environment; resources?: Environment; minimize?: boolean }

const LAYOUTS: readonly [string, Layout][] = [
  ['in the same stack', { own: ENV }],
  ['in the same stack, minimized', { own: ENV, minimize: true }],
  ['in the same stack, of any environment', {}],
  ['in another stack', { own: ENV, resources: ENV }],
  ['in another account', { own: ENV, resources: ELSEWHERE }],
];

/** Cases that the AWS CDK or the access rules reject for every grantee, dormant or live, with the message. */
const REFUSED: Readonly<Record<string, RegExp>> = {
  // A secret without a key can't be read across accounts.
  'secret, read in another account': /KMS Key must be provided for cross account access/,
  'secret, write in another account': /KMS Key must be provided for cross account access/,
  // It is not known whether the function is in the stack's account.
  'imported function in the same stack, of any environment': /Cannot modify permission to lambda function/,
  // The policy of a log group can only name accounts.
  'log group, write in another account': /a log group in account 444455556666 can't be granted to one agent/,
  'log group, read in another account': /a log group in account 444455556666 can't be granted to one agent/,
};

/** Cases that are rejected only when live. Their dormant grant renders nothing. */
const REFUSED_WHEN_LIVE = ['imported function'];

type Resources = Record<string, { Type: string; Properties: any }>;
interface Outcome { templates: string; live: boolean[] }

/** All templates of an app with an agent in test and a grant for a stage. Without a stage only the resource is created. */
function synth({ own, resources, minimize }: Layout, grant: Grant, stage?: AgentStage): Outcome {
  const app = new App({ context: { '@aws-cdk/aws-iam:minimizePolicies': minimize ?? false } });
  const stack = new Stack(app, 'Own', { env: own });
  const other = resources ? new Stack(app, 'Resources', { env: resources }) : stack;
  const bot = agentIn(stack);
  grant(other, stage && bot.accessIn(stage));
  const templates = app.synth().stacks.map(({ template: { Resources: found } }) => found as Resources | undefined);
  for (const { Type: type, Properties: properties } of templates.flatMap((found) => Object.values(found ?? {}))) {
    // Its properties list the declaration as texts for the ledger. They render no access.
    if (type === 'Custom::AgentLifecycle') {
      delete properties.Access.Stages;
    }
  }
  return { templates: JSON.stringify(templates), live: bot.declaredAccess.map(({ live }) => live) };
}

describe.each(LAYOUTS)('a resource %s', (where, layout) => {
  test.each(GRANTS)('%s', (what, grant) => {
    const refused = REFUSED[`${what} ${where}`];
    if (refused) {
      expect(() => synth(layout, grant, TEST)).toThrow(refused);
      if (!REFUSED_WHEN_LIVE.includes(what)) {
        expect(() => synth(layout, grant, PRODUCTION)).toThrow(refused);
        return;
      }
    }
    const none = synth(layout, grant);
    const dormant = synth(layout, grant, PRODUCTION);
    expect(dormant.templates).toBe(none.templates);
    expect(new Set(dormant.live)).toEqual(new Set([false]));
    if (refused) {
      return;
    }
    const live = synth(layout, grant, TEST);
    expect(live.templates).not.toBe(none.templates);
    expect(new Set(live.live)).toEqual(new Set([true]));
  });
});
