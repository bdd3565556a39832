import { App, aws_dynamodb as dynamodb, aws_iam as iam, aws_s3 as s3, Fn, Lazy, Stack, Stage } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { ADA, agentIn, codeOf, ELSEWHERE, ENV, PRODUCTION, stackOf, synthError, TEST } from './agents';
import { agentsIn, allow, Decided, grant, OTHER_TABLE, TABLE } from './delegations';
import { ManagedAgentIdentity } from '../../../src/aws/agent-identity';
import { AgentRuntime } from '../../../src/aws/agent-runtime';
import { policySizeOf, QUOTAS } from '../../../src/aws/iam/quotas';
import { AgentNaming, LifecycleRegistry } from '../../../src/aws/lifecycle-registry';
import { delegationCut } from '../../../src/contract/delegation';
import { Expiry } from '../../../src/core';

const as = (agentName: string) => ({ 'aws:SourceIdentity': `agent=${agentName}` });
const stating = (agentName: string) => ({ 'sts:SourceIdentity': `agent=${agentName}` });
const OPENS = ['sts:AssumeRole', 'sts:SetSourceIdentity'];

/** Scout delegates to payer, payer to archiver. Payer has more of its own. */
function chain(maxDepth: number, further = allow()): { stack: Stack; bots: Record<'scout' | 'payer' | 'archiver' | 'clerk', ManagedAgentIdentity>; decided: Decided } {
  const stack = stackOf();
  const bots = agentsIn(stack, ['scout', 'payer', 'archiver', 'clerk']);
  grant(bots.payer, allow(['dynamodb:Scan', 'dynamodb:PutItem'], [TABLE, OTHER_TABLE]));
  bots.scout.mayDelegateTo(bots.payer, { access: [allow()], maxDepth });
  bots.payer.mayDelegateTo(bots.archiver, { access: [further] });
  return { stack, bots, decided: new Decided(Template.fromStack(stack)) };
}

describe('who opens a session', () => {
  const { decided } = chain(2);

  test.each(OPENS)('the declared parent under its own name: %s', (action) => {
    expect(decided.opens('scout', 'payer', stating('scout'), action)).toBe(true);
    expect(decided.opens('payer', 'archiver', stating('payer'), action)).toBe(true);
  });

  test.each<[string, string, string, Record<string, string>]>([
    ['without a source identity', 'scout', 'payer', {}],
    ['under another agent\'s name', 'scout', 'payer', stating('payer')],
    ['under a person\'s name', 'scout', 'payer', { 'sts:SourceIdentity': ADA.email }],
    ['after its end', 'scout', 'payer', { ...stating('scout'), 'aws:CurrentTime': '2999-04-01T00:00:00Z' }],
    ['to an agent that it doesn\'t name', 'scout', 'archiver', stating('scout')],
    ['an agent that nobody named', 'clerk', 'payer', stating('clerk')],
    ['back to its parent', 'payer', 'scout', stating('payer')],
    ['under the name of one whose sessions may pass', 'payer', 'archiver', stating('scout')],
  ])('not %s', (_what, caller, callee, context) => {
    OPENS.forEach((action) => expect(decided.opens(caller, callee, context, action)).toBe(false));
  });
});

describe('how far sessions go', () => {
  test.each([1, 2])('with a depth of %s', (depth) => {
    const { decided } = chain(depth);
    expect(decided.opens('payer', 'archiver', as('scout'))).toBe(depth === 2);
    expect(decided.may('archiver', 'dynamodb:GetItem', TABLE, as('scout'))).toBe(depth === 2);
    expect(decided.may('payer', 'dynamodb:GetItem', TABLE, as('scout'))).toBe(true);
  });

  test('not by a delegation that gives more than they came with', () => {
    const stack = stackOf();
    const { scout, payer, archiver } = agentsIn(stack, ['scout', 'payer', 'archiver']);
    grant(payer, allow(['dynamodb:PutItem']));
    payer.mayDelegateTo(archiver, { access: [allow(['dynamodb:GetItem', 'dynamodb:PutItem'])] });
    scout.mayDelegateTo(payer, { access: [allow()], maxDepth: 2 });
    const decided = new Decided(Template.fromStack(stack));

    expect(decided.opens('payer', 'archiver', as('scout'))).toBe(false);
    expect(decided.may('archiver', 'dynamodb:GetItem', TABLE, as('scout'))).toBe(false);
    expect(decided.may('archiver', 'dynamodb:PutItem', TABLE, as('payer'))).toBe(true);
  });

  test('each delegation of a longer chain sets a limit of its own', () => {
    const depths = (first: number, second: number): boolean[] => {
      const stack = stackOf();
      const { aaa: a, bbb: b, ccc: c, ddd: d } = agentsIn(stack, ['aaa', 'bbb', 'ccc', 'ddd']);
      a.mayDelegateTo(b, { access: [allow()], maxDepth: first });
      b.mayDelegateTo(c, { access: [allow()], maxDepth: second });
      c.mayDelegateTo(d, { access: [allow()] });
      const decided = new Decided(Template.fromStack(stack));
      return [['ccc', 'aaa'], ['ddd', 'aaa'], ['ddd', 'bbb']].map(([at, by]) => decided.may(at, 'dynamodb:GetItem', TABLE, as(by)));
    };
    expect([depths(3, 2), depths(2, 2), depths(3, 1), depths(1, 1)])
      .toEqual([[true, true, true], [true, false, true], [true, false, false], [false, false, false]]);
  });

  test('of two ways to one agent the shorter counts, because a session doesn\'t show its way', () => {
    const stack = stackOf();
    const { scout, payer, archiver, clerk } = agentsIn(stack, ['scout', 'payer', 'archiver', 'clerk']);
    scout.mayDelegateTo(payer, { access: [allow()], maxDepth: 1 });
    scout.mayDelegateTo(clerk, { access: [allow()], maxDepth: 3 });
    clerk.mayDelegateTo(payer, { access: [allow()], maxDepth: 2 });
    payer.mayDelegateTo(archiver, { access: [allow()] });
    const decided = new Decided(Template.fromStack(stack));

    expect(decided.may('archiver', 'dynamodb:GetItem', TABLE, as('scout'))).toBe(false);
    expect(decided.may('archiver', 'dynamodb:GetItem', TABLE, as('clerk'))).toBe(true);
  });
});

describe('what a session may do', () => {
  const { decided } = chain(1);

  test.each<[string, string, Record<string, string>, boolean]>([
    ['dynamodb:GetItem', TABLE, as('scout'), true],
    ['dynamodb:GetItem', OTHER_TABLE, as('scout'), false],
    ['dynamodb:Scan', TABLE, as('scout'), false],
    ['dynamodb:Scan', TABLE, {}, true],
    ['dynamodb:PutItem', OTHER_TABLE, {}, true],
    ['dynamodb:PutItem', OTHER_TABLE, as('scout'), false],
    // An agent that doesn't delegate to it, and one that was deleted from the code while its session was open.
    ['dynamodb:GetItem', TABLE, as('clerk'), false],
    ['dynamodb:GetItem', TABLE, { 'aws:SourceIdentity': ADA.email }, true],
    ['dynamodb:GetItem', TABLE, { ...as('scout'), 'aws:CurrentTime': '2999-04-01T00:00:00Z' }, false],
  ])('%s on %s as %j: %s', (action, resource, context, expected) => {
    expect(decided.may('payer', action, resource, context)).toBe(expected);
  });

  test('an agent to which nobody delegates denies the sessions of all agents', () => {
    const stack = stackOf();
    const { payer } = agentsIn(stack, ['payer']);
    payer.role.addToPrincipalPolicy(new iam.PolicyStatement({ actions: ['sts:AssumeRole'], resources: ['arn:aws:iam::111122223333:role/deploy'] }));
    payer.access.grantPrincipal.addToPrincipalPolicy(new iam.PolicyStatement({ actions: ['sts:AssumeRole'], resources: ['arn:aws:iam::111122223333:role/deploy'] }));
    const own = new Decided(Template.fromStack(stack));

    expect(own.may('payer', 'dynamodb:GetItem', TABLE)).toBe(true);
    expect(own.may('payer', 'dynamodb:GetItem', TABLE, as('scout'))).toBe(false);
  });

  test('a delegate has no more than the access that its parent delegates, if it has none of its own', () => {
    const stack = stackOf();
    const { scout } = agentsIn(stack, ['scout']);
    const payer = agentIn(stack, { agentName: 'payer' }, 'payer');
    scout.mayDelegateTo(payer, { access: [allow()] });
    const own = new Decided(Template.fromStack(stack));

    expect(own.may('payer', 'dynamodb:GetItem', TABLE, as('scout'))).toBe(true);
    expect(own.may('payer', 'dynamodb:GetItem', TABLE)).toBe(false);
  });
});

describe('when it ends', () => {
  test('at `until`, or at the end of the agent that started the session, whichever is earlier', () => {
    const stack = stackOf();
    const ends = { scout: '2027-01-01T00:00:00Z', payer: '2028-01-01T00:00:00Z', archiver: '2029-01-01T00:00:00Z' };
    const [scout, payer, archiver] = Object.entries(ends).map(([agentName, at]) => {
      const bot = agentIn(stack, { agentName, expires: Expiry.at(at) }, agentName);
      grant(bot);
      return bot;
    });
    scout.mayDelegateTo(payer, { access: [allow()], maxDepth: 2 });
    payer.mayDelegateTo(archiver, { access: [allow()], until: Expiry.at('2027-06-01T00:00:00Z') });
    const decided = new Decided(Template.fromStack(stack));
    const at = (agentName: string, time: string) => decided.may('archiver', 'dynamodb:GetItem', TABLE, { ...as(agentName), 'aws:CurrentTime': time });

    expect([at('scout', '2026-12-31T23:59:59Z'), at('scout', '2027-01-01T00:00:00Z')]).toEqual([true, false]);
    expect([at('payer', '2027-05-31T23:59:59Z'), at('payer', '2027-06-01T00:00:00Z')]).toEqual([true, false]);
    const open = (time: string) => decided.opens('payer', 'archiver', { ...stating('payer'), 'aws:CurrentTime': time });
    expect([open('2027-05-31T23:59:59Z'), open('2027-06-01T00:00:00Z')]).toEqual([true, false]);
  });
});

describe('a delegate may not do what its parent may not', () => {
  type Made = (stack: Stack) => iam.PolicyStatement;
  const error = (access: Made, own: Made) => {
    const stack = stackOf();
    const [scout, payer] = ['scout', 'payer'].map((agentName) => agentIn(stack, { agentName }, agentName));
    grant(scout, own(stack));
    scout.mayDelegateTo(payer, { access: [access(stack)] });
    return synthError(stack);
  };
  const bucket = (stack: Stack) => (stack.node.tryFindChild('Bucket') ?? new s3.Bucket(stack, 'Bucket')) as s3.Bucket;
  const objects = (folder: string) => (stack: Stack) => allow(['s3:GetObject'], [bucket(stack).arnForObjects(folder)]);

  test.each<[string, Made, Made]>([
    ['the same', () => allow(), () => allow()],
    ['one of its actions', () => allow(), () => allow(['dynamodb:GetItem', 'dynamodb:Scan'])],
    ['an action that its pattern covers', () => allow(['s3:GetObject'], ['arn:aws:s3:::b/x']), () => allow(['s3:GetObject*'], ['arn:aws:s3:::b/x'])],
    ['a part of its objects', () => allow(['s3:GetObject'], ['arn:aws:s3:::b/invoices/2026/*']), () => allow(['s3:GetObject'], ['arn:aws:s3:::b/invoices/*'])],
    ['a part of its objects, known at deployment', objects('invoices/2026/*'), objects('invoices/*')],
  ])('fits: %s', (_what, access, own) => expect(error(access, own)).toBe(''));

  test.each<[string, Made, Made]>([
    ['another action', () => allow(['dynamodb:PutItem']), () => allow()],
    ['another resource', () => allow(['dynamodb:GetItem'], [OTHER_TABLE]), () => allow()],
    ['a wider pattern of actions', () => allow(['s3:GetObject*'], ['arn:aws:s3:::b/x']), () => allow(['s3:GetObject'], ['arn:aws:s3:::b/x'])],
    ['more of the objects', objects('invoices/*'), objects('invoices/2026/*')],
    ['the objects of another bucket', () => allow(['s3:GetObject'], ['arn:aws:s3:::b/invoices/*']), objects('invoices/*')],
    ['what it has under a condition', () => allow(), () => new iam.PolicyStatement({
      actions: ['dynamodb:GetItem'], resources: [TABLE], conditions: { StringEquals: { 'aws:RequestedRegion': 'eu-west-1' } },
    })],
  ])('is refused: %s', (_what, access, own) => {
    expect(error(access, own)).toMatch(/DelegationBeyondParent: Own\/scout: it delegates .* to Own\/payer, and scout itself may not do that in stage test without a condition: grant it to accessIn\(test\) first/);
  });

  test('is refused: what the parent is denied', () => {
    const stack = stackOf();
    const { scout, payer } = agentsIn(stack, ['scout', 'payer']);
    grant(scout, new iam.PolicyStatement({ effect: iam.Effect.DENY, actions: ['dynamodb:*'], resources: [TABLE] }));
    scout.mayDelegateTo(payer, { access: [allow()] });
    expect(synthError(stack)).toContain('DelegationBeyondParent');
  });

  test.each([
    ['a part of its access that a managed policy continues', allow(['sqs:SendMessage']), ''],
    ['not what a managed policy denies', new iam.PolicyStatement({ effect: iam.Effect.DENY, actions: ['sqs:SendMessage'], resources: [TABLE] }), 'DelegationBeyondParent'],
  ])('counts: %s', (_what, last, expected) => {
    const stack = stackOf();
    const [scout, payer] = ['scout', 'payer'].map((agentName) => agentIn(stack, { agentName }, agentName));
    const tables = Array.from({ length: 120 }, (_, index) => `${TABLE}-of-the-customer-with-the-number-${index}`);
    grant(scout, allow(['sqs:SendMessage']));
    tables.forEach((table) => grant(scout, allow(['dynamodb:GetItem'], [table])));
    grant(scout, last);
    scout.mayDelegateTo(payer, { access: [allow(['sqs:SendMessage']), allow(['dynamodb:GetItem'], tables.slice(-1))] });

    const fault = synthError(stack);
    expect(fault === '' ? '' : /DelegationBeyondParent/.exec(fault)?.[0]).toBe(expected);
    if (fault === '') {
      expect(Object.keys(Template.fromStack(stack).findResources('AWS::IAM::ManagedPolicy'))).not.toEqual([]);
    }
  });

  test('a statement that is changed after it was delegated gives no more', () => {
    const stack = stackOf();
    const { scout, payer } = agentsIn(stack, ['scout', 'payer']);
    [scout, payer].forEach((bot) => grant(bot, allow(['dynamodb:PutItem'])));
    const access = allow();
    scout.mayDelegateTo(payer, { access: [access] });
    access.addActions('dynamodb:PutItem');

    const decided = new Decided(Template.fromStack(stack));
    expect(['dynamodb:GetItem', 'dynamodb:PutItem'].map((action) => decided.may('payer', action, TABLE, as('scout')))).toEqual([true, false]);
  });

  test('is refused: what an escape hatch took from the parent', () => {
    const [kept, taken] = ['dynamodb:GetItem', 'dynamodb:Query'].map((action) => {
      const stack = stackOf();
      const { scout, payer } = agentsIn(stack, ['scout', 'payer']);
      scout.mayDelegateTo(payer, { access: [allow()] });
      (scout.role.node.findChild('Access').node.defaultChild as iam.CfnPolicy).addPropertyOverride('PolicyDocument.Statement.1.Action', action);
      return synthError(stack);
    });
    expect(kept).toBe('');
    expect(taken).toContain('DelegationBeyondParent');
  });

  test('is refused: what the parent may do in another stage only, and what others delegate to it', () => {
    const stack = stackOf();
    const [scout, payer] = ['scout', 'payer'].map((agentName) => agentIn(stack, { agentName }, agentName));
    scout.accessIn(PRODUCTION).grantPrincipal.addToPrincipalPolicy(allow());
    scout.mayDelegateTo(payer, { access: [allow()] });
    expect(synthError(stack)).toContain('DelegationBeyondParent: Own/scout');

    const other = stackOf();
    const { first } = agentsIn(other, ['first']);
    const [second, third] = ['second', 'third'].map((agentName) => agentIn(other, { agentName }, agentName));
    first.mayDelegateTo(second, { access: [allow()], maxDepth: 2 });
    second.mayDelegateTo(third, { access: [allow()] });
    expect(synthError(other)).toContain('DelegationBeyondParent: Own/second');
  });
});

describe('is refused at once', () => {
  const stack = stackOf();
  const { scout, payer } = agentsIn(stack, ['scout', 'payer']);

  test.each<[string, string, () => void]>([
    ['no access', 'DelegatedAccessInvalid', () => scout.mayDelegateTo(payer, { access: [] })],
    ['something else than a statement', 'DelegatedAccessInvalid', () => scout.mayDelegateTo(payer, { access: ['s3:GetObject'] as never })],
    ['a Deny', 'DelegatedAccessInvalid', () => scout.mayDelegateTo(payer, { access: [new iam.PolicyStatement({ effect: iam.Effect.DENY, actions: ['s3:GetObject'], resources: [TABLE] })] })],
    ['a condition', 'DelegatedAccessInvalid', () => scout.mayDelegateTo(payer, { access: [new iam.PolicyStatement({ actions: ['s3:GetObject'], resources: [TABLE], conditions: { Bool: { 'aws:SecureTransport': 'true' } } })] })],
    ['all but some actions', 'DelegatedAccessInvalid', () => scout.mayDelegateTo(payer, { access: [new iam.PolicyStatement({ notActions: ['s3:GetObject'], resources: [TABLE] })] })],
    ['all but some resources', 'DelegatedAccessInvalid', () => scout.mayDelegateTo(payer, { access: [new iam.PolicyStatement({ actions: ['s3:GetObject'], notResources: [TABLE] })] })],
    ['to assume roles', 'DelegatedAccessInvalid', () => scout.mayDelegateTo(payer, { access: [allow(['sts:AssumeRole'], ['arn:aws:iam::111122223333:role/deploy'])] })],
    ['to pass roles', 'DelegatedAccessInvalid', () => scout.mayDelegateTo(payer, { access: [allow(['iam:PassRole'], ['arn:aws:iam::111122223333:role/deploy'])] })],
    ['an action that is known later', 'DelegatedAccessInvalid', () => scout.mayDelegateTo(payer, { access: [allow([Lazy.string({ produce: () => 'sts:AssumeRole' })], ['arn:aws:iam::111122223333:role/deploy'])] })],
    ['a pattern that passes roles', 'DelegatedAccessInvalid', () => scout.mayDelegateTo(payer, { access: [allow(['iam:P*'], ['arn:aws:iam::111122223333:role/deploy'])] })],
    ['what depends on who asks', 'DelegatedAccessInvalid', () => scout.mayDelegateTo(payer, { access: [allow(['s3:GetObject'], ['arn:aws:s3:::b/${aws:PrincipalTag/agent:name}/*'])] })],
    ['what depends on who asks, by Fn::Sub', 'DelegatedAccessInvalid', () => scout.mayDelegateTo(payer, { access: [allow(['s3:GetObject'], [Fn.join('/', ['arn:aws:s3:::b', Fn.sub('${!aws:userid}')])])] })],
    ['an adopted agent', 'DelegateForeign', () => scout.mayDelegateTo(ManagedAgentIdentity.adopt(stack, 'Adopted', {
      agentName: 'adopted', role: new iam.Role(stack, 'Old', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') }), purpose: 'Matches supplier invoices', sponsor: ADA, stage: TEST, expires: Expiry.on('2999-01-01'), registry: registryOf(stack),
    }), { access: [allow()] })],
    ['an agent whose role has a generated name', 'DelegateWithoutName', () => {
      const { one, two } = generated();
      one.mayDelegateTo(two, { access: [allow()] });
    }],
    ['to change stacks', 'DelegatedAccessInvalid', () => scout.mayDelegateTo(payer, { access: [allow(['cloudformation:UpdateStack'], ['arn:aws:cloudformation:eu-west-1:111122223333:stack/x/1'])] })],
    ['two meanings of one action', 'DelegatedAccessInvalid', () => scout.mayDelegateTo(payer, { access: [allow(['s3:GetObject'], ['arn:aws:s3:::a/x']), allow(['s3:Get*'], ['arn:aws:s3:::b/x'])] })],
    ['no hop', 'DelegationDepthInvalid', () => scout.mayDelegateTo(payer, { access: [allow()], maxDepth: 0 })],
    ['half a hop', 'DelegationDepthInvalid', () => scout.mayDelegateTo(payer, { access: [allow()], maxDepth: 1.5 })],
    ['too many hops', 'DelegationDepthInvalid', () => scout.mayDelegateTo(payer, { access: [allow()], maxDepth: 6 })],
    ['a later end than an agent\'s', 'DelegationOutlivesAgent', () => scout.mayDelegateTo(payer, { access: [allow()], until: Expiry.on('2999-06-30') })],
    ['a text in place of an end', 'WrongClass', () => scout.mayDelegateTo(payer, { access: [allow()], until: '2027-01-01' as never })],
    ['to itself', 'DelegationCircular', () => scout.mayDelegateTo(scout, { access: [allow()] })],
    ['an agent of another app', 'DelegateForeign', () => scout.mayDelegateTo(ManagedAgentIdentity.fromAgentName(stack, 'Other', { agentName: 'other-bot', stage: TEST, registry: registryOf(stack) }), { access: [allow()] })],
    ['what is no agent', 'DelegateForeign', () => scout.mayDelegateTo({} as never, { access: [allow()] })],
    ['an agent in another stage', 'DelegateInOtherStage', () => scout.mayDelegateTo(agentIn(stack, { agentName: 'live', stage: PRODUCTION }, 'live'), { access: [allow()] })],
    ['an agent of another account', 'DelegateElsewhere', () => scout.mayDelegateTo(agentIn(new Stack(stack.node.root as App, 'Elsewhere', { env: ELSEWHERE }), { agentName: 'away' }), { access: [allow()] })],
    ['an agent of another CDK Stage', 'DelegateElsewhere', () => scout.mayDelegateTo(agentIn(new Stack(new Stage(stack.node.root as App, 'Pipeline'), 'Own', { env: ENV }), { agentName: 'staged' }), { access: [allow()] })],
    ['from an agent with the source identity of a person', 'DelegationOfPerson', () => agentIn(stack, {
      agentName: 'brokered', runtime: AgentRuntime.broker({ principal: new iam.ArnPrincipal('arn:aws:iam::111122223333:role/broker'), externalId: 'x1' }),
    }, 'brokered').mayDelegateTo(payer, { access: [allow()] })],
  ])('%s: %s', (_what, code, action) => expect(codeOf(action)).toBe(code));

  test('and nothing of it stays', () => {
    scout.mayDelegateTo(payer, { access: [allow()] });
    expect(codeOf(() => scout.mayDelegateTo(payer, { access: [allow()] }))).toBe('DelegationTwice');
    const decided = new Decided(Template.fromStack(stack));
    expect(decided.opens('scout', 'payer', stating('scout'))).toBe(true);
    expect(decided.may('scout', 'dynamodb:GetItem', TABLE, as('scout'))).toBe(false);
  });

  test('a circle, with all who are in it', () => {
    const { one, two, three } = agentsIn(stackOf(), ['one', 'two', 'three']);
    one.mayDelegateTo(two, { access: [allow()] });
    two.mayDelegateTo(three, { access: [allow()] });
    expect(() => three.mayDelegateTo(one, { access: [allow()] })).toThrow(/Own\/three -> Own\/one -> Own\/two -> Own\/three/);
  });
});

test('a delegate\'s inline policies leave room to deny the sessions of each agent that arrives at it', () => {
  const inline = (parents: readonly string[]): number => {
    const stack = stackOf();
    const bots = agentsIn(stack, ['payer', ...parents]);
    Array.from({ length: 120 }, (_, index) => grant(bots.payer, allow(['dynamodb:PutItem'], [`${TABLE}-of-the-customer-with-the-number-${index}`])));
    parents.forEach((parent) => bots[parent].mayDelegateTo(bots.payer, { access: [allow()], until: Expiry.at('2027-01-01T00:00:00Z') }));
    const template = Template.fromStack(stack);
    const own = Object.entries(template.findResources('AWS::IAM::Policy')).filter(([id]) => id.startsWith('AgentPayer')).map(([, { Properties }]) => Properties.PolicyDocument);
    const { Policies: guards = [] } = new Decided(template).roleOf('payer').Properties as { Policies?: { PolicyDocument: unknown }[] };
    return [...own, ...guards.map(({ PolicyDocument }) => PolicyDocument)].reduce((sum: number, document) => sum + policySizeOf(document), 0);
  };
  const names = ['planner-of-many-purchases', 'planner-of-other-purchases', 'planner-of-no-purchases'];
  const cuts = names.reduce((sum, name) => sum + policySizeOf(delegationCut(name, ['AROA1'.padEnd(21, 'X'), 'AROA2'.padEnd(21, 'X')], new Date(0))), 0);

  const free = QUOTAS.inlinePoliciesSize.limit - inline(names);
  expect(cuts).toBeGreaterThan(800);
  expect(free).toBeGreaterThanOrEqual(1_024 + cuts);
  expect(QUOTAS.inlinePoliciesSize.limit - inline([])).toBeLessThan(1_024 + cuts);
});

describe('stages', () => {
  const both = (stage: typeof TEST) => {
    const stack = stackOf();
    const [scout, payer] = ['scout', 'payer'].map((agentName) => agentIn(stack, { agentName, stage }, agentName));
    scout.accessIn(PRODUCTION).grantPrincipal.addToPrincipalPolicy(allow());
    scout.mayDelegateTo(payer, { access: [allow()], stages: [PRODUCTION] });
    return { scout, payer, template: Template.fromStack(stack) };
  };

  test('a delegation in a stage holds there', () => {
    const { template } = both(PRODUCTION);
    expect(new Decided(template, 'production').opens('scout', 'payer', stating('scout'))).toBe(true);
    template.hasResourceProperties('Custom::AgentLifecycle', { AgentName: 'scout', Delegates: ['payer'] });
  });

  test('in another stage it renders nothing, and both agents\' declared access shows it', () => {
    const { scout, payer, template } = both(TEST);
    const decided = new Decided(template);
    expect(decided.opens('scout', 'payer', stating('scout'))).toBe(false);
    expect(decided.may('payer', 'dynamodb:GetItem', TABLE, as('scout'))).toBe(false);
    template.hasResourceProperties('Custom::AgentLifecycle', { AgentName: 'scout', Delegates: Match.absent() });
    expect(JSON.stringify(template.toJSON())).not.toContain('agent:delegate"}');
    const dormant = { stages: ['production'], live: false };
    expect(scout.declaredAccess).toContainEqual(expect.objectContaining({ ...dormant, actions: OPENS }));
    expect(payer.declaredAccess).toContainEqual(expect.objectContaining({ ...dormant, actions: ['dynamodb:GetItem'] }));
  });

  test('dormant, the agents may be in different stages: one is promoted after the other', () => {
    const stack = stackOf();
    const { scout } = agentsIn(stack, ['scout']);
    const payer = agentIn(stack, { agentName: 'payer', stage: PRODUCTION }, 'payer');
    scout.mayDelegateTo(payer, { access: [allow()], stages: [PRODUCTION] });
    expect(synthError(stack)).toBe('');
    expect(codeOf(() => scout.mayDelegateTo(payer, { access: [allow()], stages: [TEST] }))).toBe('DelegateInOtherStage');
  });
});

describe('what others see', () => {
  const { stack, bots } = chain(2);
  const template = Template.fromStack(stack);
  const accessOf = (AgentName: string) => JSON.stringify(Object.values(template.findResources('Custom::AgentLifecycle', { Properties: { AgentName } }))[0].Properties.Access);

  test('the declared access of both agents, for ledger and reviews', () => {
    expect(accessOf('scout')).toContain('role/agents/test/payer-test');
    expect(accessOf('payer')).toContain(String.raw`\"aws:SourceIdentity\":[\"agent=scout\"]`);
    expect(accessOf('payer')).toContain('Agent scout (delegates)');
    expect(bots.scout.declaredAccess).toContainEqual(expect.objectContaining({ live: true, actions: OPENS }));
    expect(bots.payer.declaredAccess.filter(({ actions }) => actions.includes('dynamodb:GetItem'))).toHaveLength(2);
  });

  test('the delegates, for the engine, and the tag that lets it end their sessions', () => {
    template.hasResourceProperties('Custom::AgentLifecycle', { AgentName: 'scout', Delegates: ['payer'] });
    template.hasResourceProperties('Custom::AgentLifecycle', { AgentName: 'payer', Delegates: ['archiver'], IsDelegate: 'true' });
    template.hasResourceProperties('Custom::AgentLifecycle', { AgentName: 'scout', IsDelegate: Match.absent() });
    const tagged = (name: string) => (new Decided(template).roleOf(name).Properties.Tags as { Key: string }[]).some(({ Key: key }) => key === 'agent:delegate');
    expect(['scout', 'payer', 'archiver', 'clerk'].map(tagged)).toEqual([false, true, true, false]);
  });

  test('a session can\'t set that tag', () => {
    const trust = JSON.stringify(new Decided(template).roleOf('payer').Properties.AssumeRolePolicyDocument);
    expect(trust).toContain('"agent:delegate"');
  });

  test('the delegate\'s role waits for the parent\'s lifecycle, so that it names nobody before a predecessor is denied', () => {
    const stacks = new App();
    const first = new Stack(stacks, 'First', { env: ENV });
    const second = new Stack(stacks, 'Second', { env: ENV });
    const { scout } = agentsIn(first, ['scout']);
    const { payer } = agentsIn(second, ['payer']);
    const table = new dynamodb.Table(first, 'Table', { partitionKey: { name: 'id', type: dynamodb.AttributeType.STRING } });
    grant(scout, allow(['dynamodb:Scan'], [table.tableArn]));
    scout.mayDelegateTo(payer, { access: [allow(['dynamodb:Scan'], [table.tableArn])] });

    expect(synthError(first)).toBe('');
    expect(second.dependencies).toContain(first);
    expect(JSON.stringify(Template.fromStack(second).toJSON())).toContain(':role/agents/test/scout-test');
  });
});

/** Agents of a registry whose roles have generated names. */
function generated(): Record<'one' | 'two', ManagedAgentIdentity> {
  const stack = stackOf();
  const registry = LifecycleRegistry.fromRegistryName(stack, 'Nameless', 'nameless', { naming: AgentNaming.of({ generatedNames: true }) });
  return agentsIn(stack, ['one', 'two'], { registry });
}

function registryOf(stack: Stack) {
  return stack.node.findChild('Registry') as never;
}
