import { aws_dynamodb as dynamodb, aws_iam as iam, aws_s3 as s3, Stack } from 'aws-cdk-lib';
import fc from 'fast-check';
import { AgentAssertion, AgentAssertions } from '../../../src/aws/agent-assertions';
import { allowing, touching } from '../../../src/aws/agent-assertions/declared-grants';
import { ManagedAgentIdentity } from '../../../src/aws/agent-identity';
import { AgentRuntime } from '../../../src/aws/agent-runtime';
import { Expiry, Sponsor } from '../../../src/core';
import { agent, agentIn, codeOf, PRODUCTION, TEST } from '../agent-identity/agents';

const ARN = 'arn:aws:s3:::invoices/*';

/** The agent that a test declares, as the assertions find it. */
function found(declare: (stack: Stack, bot: ManagedAgentIdentity) => void, props: Parameters<typeof agent>[0] = {}): AgentAssertion {
  const { stack, bot } = agent(props);
  declare(stack, bot);
  return AgentAssertions.fromStack(stack).agent('invoice-bot');
}

const nothing = (): void => undefined;

function allow(bot: ManagedAgentIdentity, statement: iam.PolicyStatementProps, stage = TEST): void {
  bot.accessIn(stage).grantPrincipal.addToPrincipalPolicy(new iam.PolicyStatement(statement));
}

/** The message of a failed assertion. */
function failure(assertion: () => unknown): string {
  try {
    assertion();
    return 'held';
  } catch (error) {
    expect(error).toMatchObject({ code: 'AgentAssertionFailed' });
    return (error as Error).message;
  }
}

test('an agent that the stack doesn\'t have is named, with those that it has', () => {
  const { stack } = agent();
  agentIn(stack, { agentName: 'order-bot' }, 'Other');
  const agents = AgentAssertions.fromStack(stack);
  expect(() => agents.agent('invoice-bto')).toThrow('AgentNotInTemplate: stack Own has no agent "invoice-bto": it has invoice-bot, order-bot');
  expect(agents.agent('order-bot').agentName).toBe('order-bot');
  expect(() => AgentAssertions.fromStack(new Stack()).agent('invoice-bot')).toThrow(/it has no agents$/);
});

describe('declares', () => {
  test('an action of the present stage, on the construct that it was granted on, and on no other', () => {
    let table!: dynamodb.Table;
    const bot = found((stack, identity) => {
      table = new dynamodb.Table(stack, 'Invoices', { partitionKey: { name: 'id', type: dynamodb.AttributeType.STRING } });
      table.grantReadData(identity.accessIn(TEST));
    });
    expect(() => bot.declares('dynamodb:GetItem').declares('DynamoDB:getitem', { resource: table.tableArn }).doesNotDeclare('dynamodb:PutItem')).not.toThrow();
    expect(() => bot.doesNotDeclare('dynamodb:GetItem', { resource: 'arn:aws:dynamodb:eu-west-1:111122223333:table/other' })).not.toThrow();
    expect(failure(() => bot.declares('dynamodb:PutItem'))).toMatch(
      /^AgentAssertionFailed: agent invoice-bot of stack Own does not declare dynamodb:PutItem in stage test; found:\n {2}Allow .*dynamodb:GetItem.* on <Invoices\w+\.Arn>$/);
    expect(failure(() => bot.declares('dynamodb:*'))).toContain('does not declare dynamodb:* in stage test');
    expect(failure(() => bot.doesNotDeclare('dynamodb:*', { resource: table.tableArn }))).toContain('declares dynamodb:* on <Invoices');
  });

  test('what is dormant only in its own stage', () => {
    const bot = found((stack, identity) => s3.Bucket.fromBucketName(stack, 'Bucket', 'invoices').grantRead(identity.accessIn(PRODUCTION)));
    expect(() => bot.doesNotDeclare('s3:GetObject').declares('s3:GetObject', { resource: ARN, stage: PRODUCTION })).not.toThrow();
    expect(failure(() => bot.declares('s3:GetObject'))).toMatch(/in stage test; found:\n {2}nothing$/);
    expect(failure(() => bot.doesNotDeclare('s3:GetObject', { stage: PRODUCTION }))).toContain('declares s3:GetObject in stage production; found:\n  Allow s3:GetBucket');
  });

  test('what a pattern covers, less what is denied', () => {
    const bot = found((_stack, identity) => {
      allow(identity, { actions: ['s3:Get*'], resources: ['arn:aws:s3:::invoices/*'] });
      allow(identity, { effect: iam.Effect.DENY, actions: ['s3:GetObjectAcl'], resources: ['*'] });
      allow(identity, { effect: iam.Effect.DENY, actions: ['s3:GetObjectTagging'], resources: ['*'], conditions: { Bool: { 'aws:SecureTransport': 'false' } } });
    });
    expect(() => bot.declares('s3:GetObject', { resource: 'arn:aws:s3:::invoices/2027/march.pdf' }).declares('s3:GetObjectTagging')).not.toThrow();
    expect(() => bot.doesNotDeclare('s3:GetObjectAcl').doesNotDeclare('s3:PutObject').doesNotDeclare('s3:GetObject', { resource: 'arn:aws:s3:::salaries/*' })).not.toThrow();
    expect(failure(() => bot.declares('s3:GetObjectAcl'))).toContain('does not declare s3:GetObjectAcl');
    expect(failure(() => bot.declares('s3:GetObject', { resource: '*' }))).toContain('does not declare s3:GetObject on *');
  });

  test('all grants, also those for which the properties have no room', () => {
    const bot = found((_stack, identity) => {
      for (let index = 0; index < 80; index++) {
        allow(identity, { actions: ['s3:GetObject'], resources: [`arn:aws:s3:::invoices-${index}/*`], conditions: { StringEquals: { 'aws:PrincipalTag/team': `${index}${'x'.repeat(400)}` } } }, PRODUCTION);
      }
    });
    for (const index of [0, 40, 79]) {
      expect(() => bot.declares('s3:GetObject', { stage: PRODUCTION, resource: `arn:aws:s3:::invoices-${index}/*` })).not.toThrow();
    }
    expect(failure(() => bot.declares('s3:GetObject', { stage: PRODUCTION, resource: 'arn:aws:s3:::invoices-80/*' }))).toContain('does not declare');
  });

  test.each(['', 's3', 's3:', 'S3 GetObject', 's3:Get Object', '*:*:*'])('fails with a word that is not an action: %p', (action) => {
    const bot = found(nothing);
    expect([codeOf(() => bot.declares(action)), codeOf(() => bot.doesNotDeclare(action))]).toEqual(['ActionInvalid', 'ActionInvalid']);
  });
});

test('trusts what its runtime needs, and nothing else', () => {
  const bot = found(nothing, { runtime: AgentRuntime.lambda() });
  expect(() => bot.trusts('lambda.amazonaws.com').doesNotTrust('ec2.amazonaws.com')).not.toThrow();
  expect(failure(() => bot.trusts('ec2.amazonaws.com'))).toBe('AgentAssertionFailed: agent invoice-bot of stack Own does not trust "ec2.amazonaws.com"; found:\n  Service lambda.amazonaws.com');
  expect(failure(() => bot.doesNotTrust('lambda.amazonaws.com'))).toMatch(/trusts "lambda.amazonaws.com"/);
});

test('ends when it says', () => {
  const bot = found(nothing, { expires: Expiry.on('2999-03-31') });
  expect(() => bot.expires(Expiry.at('2999-04-01T00:00:00Z')).expiresNoLaterThan(Expiry.on('2999-03-31'))).not.toThrow();
  expect(failure(() => bot.expires(Expiry.on('2999-03-30')))).toBe('AgentAssertionFailed: agent invoice-bot of stack Own does not end at 2999-03-31T00:00:00Z; found:\n  2999-04-01T00:00:00Z');
  expect(failure(() => bot.expiresNoLaterThan(Expiry.on('2999-03-30')))).toContain('ends after 2999-03-31T00:00:00Z');
  expect(codeOf(() => bot.expires('2999-03-31' as unknown as Expiry))).toBe('WrongClass');
});

test('is sponsored by the team, and by the person who is accountable for the team', () => {
  const people = { accountableName: 'Ada Park', accountableEmail: 'ada.park@example.com', backupEmail: 'li.chen@example.com' };
  const bot = found(nothing, { sponsor: Sponsor.team({ name: 'Finance', mailbox: 'finance@example.com', ...people }) });
  expect(() => bot.isSponsoredBy('finance@example.com').isSponsoredBy('Ada.Park@example.com')).not.toThrow();
  expect(failure(() => bot.isSponsoredBy('li.chen@example.com'))).toMatch(/is not sponsored by "li.chen@example.com"; found:\n {2}Finance <finance@example.com>, accountable ada.park@example.com, backup li.chen@example.com$/);
});

test('a template stays the same from day to day', () => {
  const templates = ['2026-11-28T23:59:59Z', '2998-12-31T00:00:00Z'].map((now) => {
    jest.useFakeTimers({ now: new Date(now), advanceTimers: false, doNotFake: ['nextTick', 'setImmediate', 'setTimeout', 'performance', 'hrtime'] });
    try {
      return agent().template().toJSON();
    } finally {
      jest.useRealTimers();
    }
  });
  expect(templates[1]).toEqual(templates[0]);
});

test('is in a stage', () => {
  const bot = found(nothing, { stage: PRODUCTION });
  expect(() => bot.isIn(PRODUCTION)).not.toThrow();
  expect(failure(() => bot.isIn(TEST))).toMatch(/is not in stage test; found:\n {2}production$/);
});

test('what is declared is touched, and what is not touched is not declared', () => {
  const pattern = (parts: string[]) => fc.array(fc.constantFrom(...parts), { minLength: 1, maxLength: 5 }).map((some) => some.join(''));
  const actions = pattern(['a', 'b', '*', '?']).map((text) => `s3:${text}`);
  const resources = pattern(['a', 'b', '*', '?', ':']);
  const some = (values: fc.Arbitrary<string>) => fc.array(values, { minLength: 1, maxLength: 3 });
  const grant = fc.record({ Actions: some(actions), Resources: some(resources) });
  fc.assert(fc.property(fc.array(grant, { maxLength: 4 }), actions, fc.option(resources, { nil: undefined }), (grants, action, resource) => {
    const wanted = { action, ...(resource === undefined ? {} : { resource }) };
    expect(allowing(grants, wanted).length > 0 && touching(grants, wanted).length === 0).toBe(false);
    // One that covers all of it covers each example of it.
    const example = {
      action: action.replaceAll('*', '').replaceAll('?', 'a'),
      ...(resource === undefined ? {} : { resource: resource.replaceAll('*', 'ab').replaceAll('?', 'b') }),
    };
    if (allowing(grants, wanted).length > 0) {
      expect(allowing(grants, example).length).toBeGreaterThan(0);
    }
  }), { numRuns: 2_000 });
});
