import { App, aws_dynamodb as dynamodb, aws_iam as iam, aws_kms as kms, aws_secretsmanager as secretsmanager, NestedStack, Stack } from 'aws-cdk-lib';
import { agentIn, ELSEWHERE, ENV, PRODUCTION, synthError, TEST } from './agents';
import { Grant, GRANTS } from './l2-grants';
import { AgentStage } from '../../../src/core';

interface Layout { stage: AgentStage; env?: typeof ENV; context?: Record<string, unknown>; nested?: boolean; agentNested?: boolean }

/** Template of a stack with a table for each stage, which an agent in another stack may read. */
function tables({ stage, env = ENV, context, nested = false, agentNested = false }: Layout): { Outputs?: Record<string, unknown> } {
  const app = new App({ context });
  const platform = new Stack(app, 'Platform', { env });
  const place = nested ? new NestedStack(platform, 'Nested') : platform;
  const own = new Stack(app, 'Own', { env: ENV });
  const bot = agentIn(agentNested ? new NestedStack(own, 'Nested') : own, { stage });
  for (const of of [TEST, PRODUCTION]) {
    const partitionKey = { name: 'pk', type: dynamodb.AttributeType.STRING };
    new dynamodb.Table(place, `Table-${of.name}`, { partitionKey, ...(env === ENV ? {} : { tableName: of.name }) }).grantReadData(bot.accessIn(of));
  }
  return app.synth().getStackByName('Platform').template as { Outputs?: Record<string, unknown> };
}

test.each<[string, Omit<Layout, 'stage'>]>([
  ['', {}],
  [', also with resources in a nested stack', { nested: true }],
  [', also with the agent in a nested stack', { agentNested: true }],
])('a move leaves the stack of the resources as it is: both stages\' exports are there in either stage%s', (_where, layout) => {
  const inTest = tables({ stage: TEST, ...layout });

  expect(tables({ stage: PRODUCTION, ...layout })).toEqual(inTest);
  expect(Object.keys(inTest.Outputs ?? {}).sort()).toEqual([expect.stringMatching(/Tableproduction.*Arn/), expect.stringMatching(/Tabletest.*Arn/)]);
});

describe('whatever form the references of a grant take, both stages render the same in the other stack', () => {
  const resources = (stage: AgentStage, grant: Grant, minimize: boolean): Record<string, unknown> => {
    const app = new App({ context: { '@aws-cdk/aws-iam:minimizePolicies': minimize } });
    const other = new Stack(app, 'Resources', { env: ENV });
    const bot = agentIn(new Stack(app, 'Own', { env: ENV }), { stage });
    grant(other, bot.accessIn(TEST));
    const { template } = app.synth().getStackByName('Resources');
    expect(JSON.stringify(template)).not.toMatch(/invoice-bot|dormant/);
    return template as Record<string, unknown>;
  };

  test.each(GRANTS)('%s', (_what, grant) => {
    expect(resources(PRODUCTION, grant, true)).toEqual(resources(TEST, grant, true));
    expect(resources(PRODUCTION, grant, false)).toEqual(resources(TEST, grant, false));
  });
});

interface TemplateJson {
  readonly Resources: Readonly<Record<string, { readonly Type: string }>>;
}

/** The granted policies, without the properties for the engine. */
function policiesOf({ Resources: resources }: TemplateJson): object[] {
  return Object.values(resources).filter(({ Type }) => Type === 'AWS::IAM::Policy' || Type === 'AWS::IAM::Role');
}

describe('a secret with a key, in another stack', () => {
  const policies = (stage: AgentStage, env?: typeof ENV, anywhere = false) => {
    const app = new App();
    const other = new Stack(app, 'Resources', { env: env ?? (anywhere ? undefined : ENV) });
    const own = new Stack(app, 'Own', { env: anywhere ? undefined : ENV });
    const bot = agentIn(own, { stage });
    const key = new kms.Key(other, 'Key', { alias: 'of-secret' });
    key.addToResourcePolicy(new iam.PolicyStatement({ principals: [new iam.AccountPrincipal('999988887777')], actions: ['kms:DescribeKey'], resources: ['*'] }));
    new secretsmanager.Secret(other, 'Secret', { secretName: 'a-secret', encryptionKey: key }).grantRead(bot.accessIn(TEST));
    const assembly = app.synth();
    return { key: JSON.stringify(assembly.getStackByName('Resources').template), access: JSON.stringify(policiesOf(assembly.getStackByName('Own').template as TemplateJson)), bot };
  };

  test('is decrypted by the agent\'s own access, for Secrets Manager only', () => {
    const { key, access } = policies(TEST);
    expect(key).not.toContain('invoice-bot');
    expect(key).toContain('999988887777');
    expect(access).toMatch(/"Action":"kms:Decrypt","Condition":\{"StringEquals":\{"kms:ViaService":"secretsmanager.eu-west-1.amazonaws.com"\}\},"Effect":"Allow","Resource":\{"Fn::ImportValue"/);
  });

  test('also where the account is known only at deployment', () => {
    const { key, access } = policies(TEST, undefined, true);
    expect(key).not.toContain('invoice-bot');
    expect(access).toContain('kms:Decrypt');
  });

  test('KeyPolicyElsewhere: fails if the key leaves the decision to another account only', () => {
    const app = new App();
    const other = new Stack(app, 'Resources', { env: ENV });
    const root = new iam.PolicyStatement({ actions: ['kms:*'], resources: ['*'], principals: [new iam.AccountPrincipal(ELSEWHERE.account)] });
    const key = new kms.Key(other, 'Key', { policy: new iam.PolicyDocument({ statements: [root] }) });
    const own = new Stack(app, 'Own', { env: ENV });
    new secretsmanager.Secret(other, 'Secret', { encryptionKey: key }).grantRead(agentIn(own).accessIn(PRODUCTION));
    expect(synthError(own)).toContain('KeyPolicyElsewhere: Own/Bot');
  });

  test('and not in another stage, though it is declared', () => {
    const { access, bot } = policies(PRODUCTION);
    expect(access).not.toContain('kms:Decrypt');
    expect(bot.declaredAccess.map(({ live, actions }) => [live, actions[0]])).toEqual([[false, 'secretsmanager:GetSecretValue'], [false, 'kms:Decrypt']]);
  });

  test('across accounts the key\'s policy names it, as it must', () => {
    expect(policies(TEST, ELSEWHERE).key).toContain('role/agents/test/invoice-bot-test');
    expect(policies(PRODUCTION, ELSEWHERE).key).not.toMatch(/invoice-bot|dormant/);
  });
});

test.each<[string, Omit<Layout, 'stage'>]>([
  ['in another account, which imports nothing', { env: ELSEWHERE }],
  ['with weak references, which need no export', { context: { '@aws-cdk/core:defaultCrossStackReferences': 'weak' } }],
])('a dormant grant exports nothing %s', (_where, layout) => {
  const dormant = JSON.stringify(tables({ stage: TEST, ...layout }).Outputs ?? {});

  expect(dormant).not.toMatch(/Tableproduction/);
});
