import { App, aws_events as events, aws_iam as iam, aws_lambda as lambda, aws_s3 as s3, Environment, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
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

describe('policies that name the agent without asking it', () => {
  const OTHER = 'arn:aws:iam::111122223333:role/other';
  const READ = { effect: iam.Effect.ALLOW, actions: ['s3:GetObject'], resources: ['arn:aws:s3:::a-bucket/*'] };
  const PUT = { sid: 'Put', actions: ['events:PutEvents'], resources: ['arn:aws:events:eu-west-1:111122223333:event-bus/bus'] };
  const fragmentOf = (to: iam.IGrantable) => to.grantPrincipal.policyFragment.principalJson as { AWS: string[] };
  const arnOf = (to: iam.IGrantable) => fragmentOf(to).AWS[0];

  /** The resources of a type, in the stage that the agent is in, and in the other one. */
  function rendered(type: string, make: (stack: Stack, to: iam.IGrantable) => void): { live: any[]; dormant: any[] } {
    const [live, dormant] = [TEST, PRODUCTION].map((stage) => {
      const stack = new Stack(new App(), 'Own', { env: ENV });
      make(stack, agentIn(stack).accessIn(stage));
      return Object.values(Template.fromStack(stack).findResources(type)).map(({ Properties: properties }) => properties);
    });
    return { live, dormant };
  }
  const principals = ([{ PolicyDocument: { Statement: statements } }]: any[]) => statements.map((statement: any) => statement.Principal.AWS);

  test('a statement with another principal keeps the other one', () => {
    const { live, dormant } = rendered('AWS::S3::BucketPolicy', (stack, to) => {
      new s3.Bucket(stack, 'Bucket').addToResourcePolicy(new iam.PolicyStatement({ ...READ, principals: [to.grantPrincipal, new iam.ArnPrincipal(OTHER)] }));
    });
    expect(principals(live)).toEqual([[expect.anything(), OTHER]]);
    expect(principals(dormant)).toEqual([OTHER]);
  });

  test('a policy of nothing else is not rendered', () => {
    const { live, dormant } = rendered('AWS::S3::BucketPolicy', (stack, to) => {
      new s3.Bucket(stack, 'Bucket').addToResourcePolicy(new iam.PolicyStatement({ ...READ, principals: [to.grantPrincipal] }));
    });
    expect(live).toHaveLength(1);
    expect(dormant).toEqual([]);
  });

  const plainly = (others: string[]) => (stack: Stack, to: iam.IGrantable) => {
    new s3.CfnBucketPolicy(stack, 'Policy', {
      bucket: 'a-bucket',
      policyDocument: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*', Principal: { AWS: [...fragmentOf(to).AWS, ...others] } }] },
    });
  };

  test('a plain policy of an L1 resource keeps the other principal', () => {
    const { live, dormant } = rendered('AWS::S3::BucketPolicy', plainly([OTHER]));
    expect(principals(live)).toEqual([[expect.anything(), OTHER]]);
    expect(principals(dormant)).toEqual([[OTHER]]);
  });

  test('a plain policy of an L1 resource that has nothing else is not rendered, because a policy without statements is invalid', () => {
    const { live, dormant } = rendered('AWS::S3::BucketPolicy', plainly([]));
    expect(live).toHaveLength(1);
    expect(dormant).toEqual([]);
  });

  test('a policy of a bus, which is one statement', () => {
    const { live, dormant } = rendered('AWS::Events::EventBusPolicy', (stack, to) => {
      new events.EventBus(stack, 'Bus', { eventBusName: 'bus' }).addToResourcePolicy(new iam.PolicyStatement({ ...PUT, principals: [to.grantPrincipal] }));
    });
    expect(live).toHaveLength(1);
    expect(dormant).toEqual([]);
  });

  test('a permission of a function', () => {
    const { live, dormant } = rendered('AWS::Lambda::Permission', (stack, to) => {
      new lambda.CfnPermission(stack, 'Permission', { action: 'lambda:InvokeFunction', functionName: 'callee', principal: arnOf(to) });
    });
    expect(live).toHaveLength(1);
    expect(dormant).toEqual([]);
  });

  test('what names somebody else stays in every stage', () => {
    const { dormant } = rendered('AWS::Lambda::Permission', (stack) => {
      new lambda.CfnPermission(stack, 'Permission', { action: 'lambda:InvokeFunction', functionName: 'callee', principal: OTHER });
    });
    expect(dormant).toHaveLength(1);
  });
});
