import { aws_iam as iam, Aws, Stack } from 'aws-cdk-lib';
import { checkStatement } from '../../../src/aws/access-rules/statement-rules';
import { AgentRuntime } from '../../../src/aws/agent-runtime';
import { RuntimeContext } from '../../../src/aws/agent-runtime/runtime-context';
import { parseStatements } from '../../../src/aws/iam/statement';
import { Expiry, Sponsor } from '../../../src/core';

const ACCOUNT = '111122223333';
const sponsor = Sponsor.person({ name: 'Ada Park', email: 'ada.park@example.com', backupEmail: 'li.chen@example.com' });

function bind(runtime: AgentRuntime, context: Partial<RuntimeContext> = {}) {
  const stack = new Stack(undefined, 'Bots', { env: { account: ACCOUNT, region: 'eu-west-1' } });
  const binding = runtime._bind(stack, {
    agentName: 'invoice-bot', stageName: 'test', tagPrefix: 'agent:', sponsor, expires: Expiry.on('2999-03-31'), partition: 'aws', region: 'eu-west-1', account: ACCOUNT, ...context,
  });
  return {
    trust: stack.resolve(binding.trust.map((statement) => statement.toStatementJson())),
    access: stack.resolve(binding.access.map((statement) => statement.toStatementJson())),
  };
}

const broker = new iam.ArnPrincipal(`arn:aws:iam::${ACCOUNT}:role/broker`);
const codeOf = (action: () => unknown): string | undefined => {
  try {
    action();
    return undefined;
  } catch (error) {
    return (error as { code?: string }).code;
  }
};

describe('lambda', () => {
  test('only functions of the own account', () => {
    expect(bind(AgentRuntime.lambda()).trust).toEqual([{
      Sid: 'Runtime',
      Effect: 'Allow',
      Principal: { Service: 'lambda.amazonaws.com' },
      Action: 'sts:AssumeRole',
      Condition: { StringEquals: { 'aws:SourceAccount': ACCOUNT } },
    }]);
  });

  test('no network permission unless it is in a VPC', () => {
    expect(JSON.stringify(bind(AgentRuntime.lambda()).access)).not.toContain('ec2:');
  });

  test('in a VPC, the network permissions are out of reach of its code', () => {
    const network = bind(AgentRuntime.lambda({ vpc: true })).access.filter((statement: { Sid: string }) => statement.Sid.startsWith('RuntimeNetwork'));
    expect(network.flatMap((statement: { Action: string | string[] }) => statement.Action).sort()).toEqual([
      'ec2:AssignPrivateIpAddresses', 'ec2:CreateNetworkInterface', 'ec2:DeleteNetworkInterface', 'ec2:DescribeNetworkInterfaces', 'ec2:DescribeSubnets',
      'ec2:UnassignPrivateIpAddresses',
    ]);
    for (const statement of network) {
      expect(statement.Condition).toEqual({ Null: { 'lambda:SourceFunctionArn': 'true' } });
      expect([statement.Resource].flat().includes('*')).toBe(/Describe/.test(JSON.stringify(statement.Action)));
    }
  });
});

test('an ECS task: only of the own account and region', () => {
  expect(bind(AgentRuntime.ecsTask()).trust[0]).toMatchObject({
    Principal: { Service: 'ecs-tasks.amazonaws.com' },
    Condition: { StringEquals: { 'aws:SourceAccount': ACCOUNT }, ArnLike: { 'aws:SourceArn': `arn:aws:ecs:eu-west-1:${ACCOUNT}:*` } },
  });
});

test('an EC2 instance: its service sends no source, a condition on one would shut it out', () => {
  expect(bind(AgentRuntime.ec2()).trust).toEqual([{ Sid: 'Runtime', Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }]);
});

describe('broker', () => {
  const trust = (props: Partial<Parameters<typeof AgentRuntime.broker>[0]> = {}) =>
    bind(AgentRuntime.broker({ principal: broker, externalId: 'invoice-bot-1', ...props })).trust;

  test('assuming the role needs the external id, the sponsor as source identity and the session name', () => {
    expect(trust()[0]).toMatchObject({
      Principal: { AWS: broker.arn },
      Action: 'sts:AssumeRole',
      Condition: {
        StringEquals: { 'sts:ExternalId': 'invoice-bot-1', 'sts:SourceIdentity': 'ada.park@example.com' },
        StringLike: { 'sts:RoleSessionName': 'invoice-bot-*' },
      },
    });
  });

  test('each action has a statement of its own, and only assuming the role carries the external id', () => {
    const statements = trust({ sessionTagKeys: ['task'] });
    expect(statements.map((statement: { Action: string }) => statement.Action)).toEqual(['sts:AssumeRole', 'sts:SetSourceIdentity', 'sts:TagSession']);
    expect(statements.filter((statement: object) => JSON.stringify(statement).includes('sts:ExternalId'))).toHaveLength(1);
    expect(statements[1].Condition).toEqual({ StringEquals: { 'sts:SourceIdentity': 'ada.park@example.com' } });
    expect(statements[2].Condition).toEqual({ 'ForAllValues:StringEquals': { 'aws:TagKeys': ['task'] }, 'Null': { 'aws:TagKeys': 'false' } });
  });

  test('without declared keys it may tag no session', () => {
    expect(JSON.stringify(trust())).not.toContain('sts:TagSession');
  });

  test.each([
    ['ExternalIdInvalid', { externalId: 'x' }],
    ['ExternalIdInvalid', { externalId: 'invoice bot' }],
    ['SessionNamePrefixInvalid', { sessionNamePrefix: 'a b' }],
    ['SessionNamePrefixInvalid', { sessionNamePrefix: '*' }],
    ['SessionTagReserved', { sessionTagKeys: ['agent:stage'] }],
    ['SessionTagReserved', { sessionTagKeys: ['Agent:stage'] }],
    ['SessionTagReserved', { sessionTagKeys: ['AWS:x'] }],
  ])('%s: fails when it gives %j', (code, props) => {
    expect(codeOf(() => trust(props))).toBe(code);
  });

  test('the tag prefix of the registry is reserved, and no other', () => {
    const keys = (...sessionTagKeys: string[]) => codeOf(() => bind(AgentRuntime.broker({ principal: broker, externalId: 'e-1', sessionTagKeys }), { tagPrefix: 'Acme:' }));
    expect([keys('acme:stage'), keys('ACME:any'), keys('agent:stage', 'acme')]).toEqual(['SessionTagReserved', 'SessionTagReserved', undefined]);
  });

  test('SourceIdentityInvalid: fails when the sponsor id can be no source identity', () => {
    const odd = Sponsor.person({ name: 'Ada Park', email: 'ada.park@example.com', backupEmail: 'li.chen@example.com', id: 'emp/4711' });
    expect(codeOf(() => bind(AgentRuntime.broker({ principal: broker, externalId: 'e-1' }), { sponsor: odd }))).toBe('SourceIdentityInvalid');
    expect(codeOf(() => bind(AgentRuntime.lambda(), { sponsor: odd }))).toBeUndefined();
  });

  test('fails when anybody may be the broker', () => {
    expect(codeOf(() => trust({ principal: new iam.StarPrincipal() }))).toBe('TrustPrincipalStar');
    expect(codeOf(() => trust({ principal: new iam.AnyPrincipal() }))).toBe('TrustPrincipalStar');
    expect(codeOf(() => trust({ principal: new iam.ArnPrincipal('*') }))).toBe('TrustPrincipalStar');
  });
});

describe('of', () => {
  test('takes a principal with conditions', () => {
    const conditions = { StringEquals: { 'aws:SourceAccount': ACCOUNT } };
    expect(bind(AgentRuntime.of({ principal: new iam.ServicePrincipal('states.amazonaws.com', { conditions }) })).trust).toEqual([
      { Sid: 'Runtime', Effect: 'Allow', Principal: { Service: 'states.amazonaws.com' }, Action: 'sts:AssumeRole', Condition: conditions },
    ]);
  });

  test('keeps the action of a federated principal', () => {
    const principal = new iam.WebIdentityPrincipal('arn:aws:iam::111122223333:oidc-provider/token.example.com', { StringEquals: { 'token.example.com:sub': 'repo:1' } });
    expect(bind(AgentRuntime.of({ principal })).trust[0]).toMatchObject({ Action: 'sts:AssumeRoleWithWebIdentity', Condition: { StringEquals: { 'token.example.com:sub': 'repo:1' } } });
  });

  test('passes on what its service needs', () => {
    const statement = new iam.PolicyStatement({ actions: ['logs:PutLogEvents'], resources: ['arn:aws:logs:eu-west-1:111122223333:log-group:x:*'] });
    const principal = new iam.ServicePrincipal('states.amazonaws.com', { conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } } });
    expect(bind(AgentRuntime.of({ principal, access: [statement] })).access).toHaveLength(1);
  });

  test.each([
    ['a service', new iam.ServicePrincipal('states.amazonaws.com')],
    ['a role', broker],
    ['an account', new iam.AccountPrincipal(ACCOUNT)],
  ])('TrustPrincipalUnconditioned: fails when %s has no condition', (_what, principal) => {
    expect(codeOf(() => bind(AgentRuntime.of({ principal })))).toBe('TrustPrincipalUnconditioned');
  });

  describe('session tags', () => {
    const role = new iam.ArnPrincipal(`arn:aws:iam::${ACCOUNT}:role/broker`);
    const conditions = { StringEquals: { 'sts:ExternalId': 'invoices', 'aws:PrincipalOrgID': 'o-1' } };
    const actionsOf = (principal: iam.IPrincipal) => bind(AgentRuntime.of({ principal })).trust
      .map(({ Sid, Action, Condition }: Record<string, unknown>) => [Sid, Action, Condition]);

    test('are kept, in a statement of their own, which can\'t ask for the external id', () => {
      expect(actionsOf(role.withConditions(conditions).withSessionTags())).toEqual([
        ['Runtime', 'sts:AssumeRole', conditions],
        ['Runtime2', 'sts:TagSession', { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } }],
      ]);
    });

    test('aren\'t allowed where the principal doesn\'t say so', () => {
      expect(actionsOf(role.withConditions(conditions))).toEqual([['Runtime', 'sts:AssumeRole', conditions]]);
    });

    test('of one part of a composite principal are that part\'s', () => {
      const service = new iam.ServicePrincipal('states.amazonaws.com', { conditions: { StringEquals: { 'aws:SourceAccount': ACCOUNT } } });
      const principal = new iam.CompositePrincipal(service, role.withConditions(conditions).withSessionTags());
      const { trust } = bind(AgentRuntime.of({ principal }));
      expect(trust.filter(({ Action }: { Action: string }) => Action === 'sts:TagSession')).toMatchObject([{ Principal: { AWS: role.arn } }]);
    });

    test('a principal with nothing but an external id keeps its tags, without a condition', () => {
      const only = { StringEquals: { 'sts:ExternalId': 'invoices' } };
      expect(actionsOf(role.withConditions(only).withSessionTags())).toEqual([
        ['Runtime', 'sts:AssumeRole', only],
        ['Runtime2', 'sts:TagSession', undefined],
      ]);
    });

    test('a principal of another kind without assume statements of its own uses its assume action', () => {
      const plain: iam.IPrincipal = {
        grantPrincipal: role, assumeRoleAction: 'sts:AssumeRole', policyFragment: new iam.PrincipalPolicyFragment({ AWS: [role.arn] }, conditions), addToPrincipalPolicy: () => ({ statementAdded: false }),
      } as unknown as iam.IPrincipal;
      expect(actionsOf(plain)).toEqual([['Runtime', 'sts:AssumeRole', conditions]]);
    });
  });

  describe('a composite principal, of an agent on two runtimes', () => {
    const service = (name: string, conditions?: Record<string, Record<string, string>>) => new iam.ServicePrincipal(name, { conditions });
    const ofAccount = { StringEquals: { 'aws:SourceAccount': ACCOUNT } };

    test('has a statement for each part, with its own conditions', () => {
      const principal = new iam.CompositePrincipal(service('lambda.amazonaws.com', ofAccount), service('states.amazonaws.com', { StringEquals: { 'aws:SourceAccount': '444455556666' } }));
      expect(bind(AgentRuntime.of({ principal })).trust).toMatchObject([
        { Sid: 'Runtime', Principal: { Service: 'lambda.amazonaws.com' }, Condition: ofAccount },
        { Sid: 'Runtime2', Principal: { Service: 'states.amazonaws.com' }, Condition: { StringEquals: { 'aws:SourceAccount': '444455556666' } } },
      ]);
    });

    test('TrustPrincipalUnconditioned: fails when one part has no condition', () => {
      const principal = new iam.CompositePrincipal(service('lambda.amazonaws.com', ofAccount), service('states.amazonaws.com'));
      expect(codeOf(() => bind(AgentRuntime.of({ principal })))).toBe('TrustPrincipalUnconditioned');
    });

    test('BrokerPrincipalInvalid: a broker\'s has no conditions', () => {
      const role = (name: string) => new iam.ArnPrincipal(`arn:aws:iam::${ACCOUNT}:role/${name}`);
      const brokerOf = (principal: iam.IPrincipal) => AgentRuntime.broker({ principal, externalId: 'invoices' });
      expect(bind(brokerOf(new iam.CompositePrincipal(role('a'), role('b')))).trust[0]).toMatchObject({ Principal: { AWS: [expect.stringContaining('role/a'), expect.stringContaining('role/b')] } });
      expect(codeOf(() => bind(brokerOf(new iam.CompositePrincipal(role('a'), role('b').withConditions(ofAccount)))))).toBe('BrokerPrincipalInvalid');
    });
  });

  test('fails when anybody is admitted, whatever the condition', () => {
    const principal = new iam.StarPrincipal().withConditions({ StringEquals: { 'aws:PrincipalOrgID': 'o-1' } });
    expect(codeOf(() => bind(AgentRuntime.of({ principal })))).toBe('TrustPrincipalStar');
  });
});

test.each([
  ['lambda', AgentRuntime.lambda()],
  ['lambda in a VPC', AgentRuntime.lambda({ vpc: true })],
  ['ecsTask', AgentRuntime.ecsTask()],
  ['ec2', AgentRuntime.ec2()],
])('%s: what it brings passes the checks of any access', (_name, runtime) => {
  const stack = new Stack();
  const { partition, region, account } = stack;
  const binding = runtime._bind(stack, { agentName: 'bot', stageName: 'test', tagPrefix: 'agent:', sponsor, expires: Expiry.on('2999-03-31'), partition, region, account });
  const statements = parseStatements(stack.resolve(binding.access.map((statement) => statement.toStatementJson())));
  expect(statements.flatMap((statement) => checkStatement(statement, []).violations)).toEqual([]);
});
