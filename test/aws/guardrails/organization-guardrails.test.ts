import { App, aws_events_targets as targets, aws_sns as sns, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import fc from 'fast-check';
import { ACTION_TABLE } from '../../../src/aws/iam/action-table-data';
import { globMatches } from '../../../src/aws/iam/globs';
import { unpackLines } from '../../../src/aws/iam/packed';
import { denies } from '../guards/evaluate';
import { AgentNaming, GuardrailAlarm, OrganizationGuardrails, OrganizationGuardrailsProps, RegionalGuardrailAlarm } from 'cdk-nhi-lifecycle';

const PROPS: OrganizationGuardrailsProps = {
  targetIds: ['ou-a1b2-c3d4e5f6'],
  organizationId: 'o-a1b2c3d4e5',
  deployerArns: ['arn:aws:iam::*:role/cdk-hnb659fds-cfn-exec-role-*'],
  breakGlassArns: ['arn:aws:iam::*:role/break-glass'],
  userArns: ['arn:aws:iam::*:user/legacy/*'],
};
type Statement = Record<string, unknown>;
/** Actions of IAM by AWS's list, but those that only read. */
const CHANGING_ACTIONS = unpackLines(ACTION_TABLE).get('iam')!.split(' ').map((name) => `iam:${name.replace('!', '')}`)
  .filter((action) => !/^iam:(Fetch|Generate|Get|List|Simulate)/.test(action));

function policies(props: Partial<OrganizationGuardrailsProps> = {}): { service: Statement[]; resource: Statement[] } {
  const { serviceControlPolicy, resourceControlPolicy } = new OrganizationGuardrails(new Stack(), 'Guardrails', { ...PROPS, ...props });
  const statements = ({ content }: { content: unknown }) => (content as { Statement: Statement[] }).Statement;
  return { service: statements(serviceControlPolicy), resource: statements(resourceControlPolicy) };
}

const iam = (resource: string) => `arn:aws:iam::111122223333:${resource}`;
const AGENT = iam('role/agents/test/invoice-bot-test');
const ADMIN = iam('role/admin');
const DEPLOYER = iam('role/cdk-hnb659fds-cfn-exec-role-111122223333-eu-central-1');
const BREAK_GLASS = iam('role/break-glass');
const ENGINE = iam('role/agents-nhi-lifecycle-engine');
const isDenied = (principal: string, action: string, resource: string) => denies(policies().service, { action, resource, context: { 'aws:PrincipalArn': principal } });

describe('the service control policy', () => {
  test.each([
    'iam:CreateRole', 'iam:DeleteRole', 'iam:PutRolePolicy', 'iam:AttachRolePolicy', 'iam:DetachRolePolicy', 'iam:DeleteRolePolicy', 'iam:UpdateAssumeRolePolicy', 'iam:TagRole', 'iam:UntagRole',
    'iam:PutRolePermissionsBoundary', 'iam:DeleteRolePermissionsBoundary', 'iam:PassRole', 'iam:UpdateRole',
  ])('denies an administrator %s on an agent, and lets deployment, engine and break-glass do it', (action) => {
    expect([ADMIN, DEPLOYER, ENGINE, BREAK_GLASS].map((who) => isDenied(who, action, AGENT))).toEqual([true, false, false, false]);
  });

  test('leaves other roles to their owners, and reads to everyone', () => {
    expect(isDenied(ADMIN, 'iam:CreateRole', iam('role/own'))).toBe(false);
    expect(isDenied(ADMIN, 'iam:GetRole', AGENT)).toBe(false);
    expect(isDenied(ADMIN, 'iam:CreateRole', iam('role/agents-of-insurance'))).toBe(false);
  });

  test('keeps the guards of agents, their users and the registry\'s own roles', () => {
    for (const resource of [iam('policy/agents/agents-guard-test'), iam('user/agents/invoice-bot/smtp'), ENGINE]) {
      expect([ADMIN, DEPLOYER].map((who) => isDenied(who, 'iam:CreatePolicyVersion', resource))).toEqual([true, false]);
    }
  });

  test('keeps the code of the engine, which is let through, and that of others to their owners', () => {
    const steps = 'arn:aws:lambda:eu-central-1:111122223333:function:agents-nhi-lifecycle-steps';
    const machine = 'arn:aws:states:eu-central-1:111122223333:stateMachine:agents-nhi-lifecycle';
    for (const [action, resource] of [['lambda:UpdateFunctionCode', steps], ['lambda:UpdateFunctionConfiguration', steps], ['lambda:AddPermission', steps], ['lambda:PutFunctionConcurrency', steps], ['states:UpdateStateMachine', machine]]) {
      expect([ADMIN, ENGINE, DEPLOYER, BREAK_GLASS].map((who) => isDenied(who, action, resource))).toEqual([true, true, false, false]);
      expect(isDenied(ADMIN, action, resource.replace('agents-nhi', 'invoices'))).toBe(false);
    }
    for (const action of ['lambda:InvokeFunction', 'lambda:GetFunctionConfiguration', 'states:StartExecution', 'states:DescribeStateMachine']) {
      expect(isDenied(ADMIN, action, action.startsWith('lambda') ? steps : machine)).toBe(false);
    }
  });

  test('keeps keys and devices of agents\' users, also where users are excepted', () => {
    const { service } = policies({ userArns: ['arn:aws:iam::*:user/agents/*'] });
    const user = iam('user/agents/invoice-bot/archive');
    for (const action of ['CreateAccessKey', 'UpdateAccessKey', 'UploadSSHPublicKey', 'UploadSigningCertificate', 'ResetServiceSpecificCredential', 'EnableMFADevice', 'DeactivateMFADevice', 'ChangePassword'].map((one) => `iam:${one}`)) {
      const denied = [ADMIN, ENGINE, DEPLOYER].map((who) => denies(service, { action, resource: user, context: { 'aws:PrincipalArn': who } }));
      expect(denied).toEqual([true, false, false]);
    }
  });

  test('denies changes of the exempted roles, which would give their rights away, and lets CDK pass them to CloudFormation', () => {
    expect([ADMIN, ENGINE, BREAK_GLASS].map((who) => isDenied(who, 'iam:UpdateAssumeRolePolicy', DEPLOYER))).toEqual([true, true, false]);
    expect(isDenied(ADMIN, 'iam:UpdateAssumeRolePolicy', BREAK_GLASS)).toBe(true);
    expect(isDenied(iam('role/cdk-hnb659fds-deploy-role-111122223333-eu-central-1'), 'iam:PassRole', DEPLOYER)).toBe(false);
  });

  test('keeps boundaries, of roles anywhere', () => {
    expect([ADMIN, DEPLOYER, ENGINE].map((who) => isDenied(who, 'iam:DeleteRolePermissionsBoundary', iam('role/adopted')))).toEqual([true, false, false]);
    expect(isDenied(ADMIN, 'iam:PutUserPermissionsBoundary', iam('user/x'))).toBe(true);
  });

  test('allows users and keys only where they are excepted, not even the deployment roles', () => {
    for (const action of ['iam:CreateUser', 'iam:CreateAccessKey', 'iam:CreateLoginProfile', 'iam:CreateServiceSpecificCredential']) {
      expect([ADMIN, DEPLOYER, BREAK_GLASS].map((who) => isDenied(who, action, iam('user/new')))).toEqual([true, true, false]);
      expect(isDenied(ADMIN, action, iam('user/legacy/smtp'))).toBe(false);
    }
  });

  test('without exceptions there are none but the users of agents, which deployment and engine create', () => {
    const { service } = policies({ userArns: undefined, breakGlassArns: undefined });
    const denied = (resource: string) => [ADMIN, DEPLOYER, ENGINE].map((who) => denies(service, { action: 'iam:CreateAccessKey', resource, context: { 'aws:PrincipalArn': who } }));

    expect(service[4]).toEqual(expect.objectContaining({ Sid: 'NoUsersAndKeys', NotResource: ['arn:*:iam::*:user/agents/*'] }));
    expect(service[4]).not.toHaveProperty('Condition');
    expect(denied(iam('user/new'))).toEqual([true, true, true]);
    expect(denied(iam('user/agents/invoice-bot/archive'))).toEqual([true, false, false]);
  });

  test('denies an administrator every action of IAM that changes an agent\'s role, user or policy', () => {
    const left = CHANGING_ACTIONS.filter((action) => !['role/agents/test/x', 'user/agents/x', 'policy/agents/x'].every((name) => isDenied(ADMIN, action, iam(name))));

    // None of these acts on a role, a user or a policy of the account.
    expect(left).toEqual([
      'AcceptDelegationRequest', 'AssociateDelegationRequest', 'DisableOrganizationsRootCredentialsManagement', 'DisableOrganizationsRootSessions', 'DisableOutboundWebIdentityFederation',
      'RejectDelegationRequest', 'SendDelegationToken',
    ].map((name) => `iam:${name}`));
  });
});

describe('the resource control policy', () => {
  const isKept = (action: string, resource: string, context: Record<string, string>) => denies(policies().resource, { action, resource, context });
  const OURS = { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5', 'aws:PrincipalIsAWSService': 'false' };
  const STRANGER = { 'aws:PrincipalOrgID': 'o-stranger00', 'aws:PrincipalIsAWSService': 'false' };

  test.each([
    ['sts:AssumeRole', AGENT], ['s3:GetObject', 'arn:aws:s3:::agents-nhi-evidence-111122223333-eu-central-1/certificates/x'],
    ['secretsmanager:GetSecretValue', 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:agents/invoice-bot/erp-AbCdEf'],
  ])('keeps %s in the organization', (action, resource) => {
    expect(isKept(action, resource, STRANGER)).toBe(true);
    expect(isKept(action, resource, { 'aws:PrincipalIsAWSService': 'false' })).toBe(true);
    expect(isKept(action, resource, OURS)).toBe(false);
    expect(isKept(action, resource, { 'aws:PrincipalIsAWSService': 'true' })).toBe(false);
  });

  test('says nothing of what is not of the registry', () => {
    expect(isKept('sts:AssumeRole', ADMIN, STRANGER)).toBe(false);
    expect(isKept('s3:GetObject', 'arn:aws:s3:::other/x', STRANGER)).toBe(false);
  });

  test('has only what Organizations accepts', () => {
    policies().resource.forEach((statement) => {
      expect(statement).toMatchObject({ Effect: 'Deny', Principal: '*' });
      expect((statement.Action as string[]).every((action) => /^(s3|sts|kms|sqs|secretsmanager):/.test(action))).toBe(true);
    });
  });
});

describe('the policies', () => {
  test('are attached to the targets', () => {
    const stack = new Stack();
    new OrganizationGuardrails(stack, 'Guardrails', PROPS);

    for (const Type of ['SERVICE_CONTROL_POLICY', 'RESOURCE_CONTROL_POLICY']) {
      Template.fromStack(stack).hasResourceProperties('AWS::Organizations::Policy', { Type, TargetIds: ['ou-a1b2-c3d4e5f6'], Name: Match.stringLikeRegexp('^agents-nhi-') });
    }
  });

  test('follow the registry\'s name and path', () => {
    const { service: [agents] } = policies({ registryName: 'bots', naming: AgentNaming.of({ pathRoot: 'org/bots' }) });

    expect(agents.Resource).toEqual([...['role', 'user', 'policy'].map((kind) => `arn:*:iam::*:${kind}/org/bots/*`), 'arn:*:iam::*:role/bots-nhi-*']);
  });

  test('have at most 5,120 characters, or are refused, with the longest path and any number of roles', () => {
    const arn = (kind: string) => fc.string({ unit: fc.constantFrom('a', '-', '/'), minLength: 1, maxLength: 200 }).map((name) => `arn:aws:iam::*:${kind}/x${name}`);
    const sizes: number[] = [];
    fc.assert(fc.property(fc.integer({ min: 1, max: 440 }), fc.array(arn('role'), { minLength: 1, maxLength: 12 }), fc.array(arn('user'), { maxLength: 12 }), (root, deployerArns, userArns) => {
      try {
        const { service, resource } = policies({ naming: AgentNaming.of({ pathRoot: 'p'.repeat(root) }), deployerArns, userArns });
        sizes.push(...[service, resource].map((Statement) => JSON.stringify({ Version: '2012-10-17', Statement }).length));
      } catch (error) {
        expect(String(error)).toMatch(/^GuardrailPolicyTooLong: .* AWS Organizations allows 5120: name fewer roles/);
      }
    }), { numRuns: 60 });

    expect(sizes.length).toBeGreaterThan(10);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(5_120);
  });

  test('fit with the longest path and a handful of usual roles', () => {
    expect(() => policies({
      registryName: 'a'.repeat(19),
      naming: AgentNaming.of({ pathRoot: 'p'.repeat(440) }),
      deployerArns: ['cfn-exec', 'deploy', 'terraform'].map((name) => `arn:aws-us-gov:iam::*:role/cdk-hnb659fds-${name}-role-*`),
    })).not.toThrow();
  });

  test.each([
    [{ targetIds: [] }, 'targetIds is empty'],
    [{ deployerArns: [] }, 'deployerArns is empty'],
    [{ targetIds: ['everything'] }, 'targetIds has "everything"'],
    [{ deployerArns: ['*'] }, 'deployerArns has "*"'],
    [{ deployerArns: ['arn:aws:iam::*:role/*'] }, 'deployerArns has "arn:aws:iam::*:role/*"'],
    [{ breakGlassArns: ['arn:aws:iam::111122223333:root'] }, 'breakGlassArns has "arn:aws:iam::111122223333:root"'],
    [{ userArns: ['arn:aws:iam::*:user/*'] }, 'userArns has "arn:aws:iam::*:user/*"'],
    [{ organizationId: 'acme' }, 'organizationId has "acme"'],
  ])('are refused for %j', (wrong, message) => {
    expect(() => policies(wrong)).toThrow(`GuardrailsInvalid: Default/Guardrails: ${message}`);
  });
});

describe('the alarms', () => {
  const stackIn = (region: string | undefined) => new Stack(new App(), 'Alarm', { env: { region, account: '111122223333' } });
  const toldIn = (stack: Stack, told = true) => ({ targets: told ? [new targets.SnsTopic(new sns.Topic(stack, 'Security'))] : [] });
  const alarm = (region: string | undefined, told = true) => {
    const stack = stackIn(region);
    new GuardrailAlarm(stack, 'Attempts', toldIn(stack, told));
    return Template.fromStack(stack);
  };
  const regional = (props: object = {}) => {
    const stack = stackIn('eu-central-1');
    new RegionalGuardrailAlarm(stack, 'Attempts', { ...toldIn(stack), ...props });
    return Template.fromStack(stack);
  };

  type Matcher = string | { readonly prefix?: string; readonly wildcard?: string };
  type Pattern = { readonly [key: string]: Matcher[] | Pattern };
  const matches = (pattern: Pattern, event: Record<string, unknown>): boolean => Object.entries(pattern).every(([key, expected]) => (
    Array.isArray(expected) ? expected.some((one) => holds(one, String(event[key]))) : matches(expected, event[key] as Record<string, unknown>)));
  const holds = (one: Matcher, text: string): boolean => (typeof one === 'string' ? one === text
    : one.prefix !== undefined ? text.startsWith(one.prefix) : globMatches(one.wildcard!, text));
  const announces = (template: Template, event: object): boolean => Object.values(template.findResources('AWS::Events::Rule'))
    .some(({ Properties: { EventPattern: pattern } }) => matches(pattern as Pattern, event as Record<string, unknown>));
  const denied = (service: string, eventName: string, action: string, resource: string, by = 'service control policy') => ({
    'account': '111122223333',
    'source': `aws.${service}`,
    'detail-type': 'AWS API Call via CloudTrail',
    'detail': {
      eventSource: `${service}.amazonaws.com`,
      eventName,
      errorCode: service === 'iam' ? 'AccessDenied' : 'AccessDeniedException',
      errorMessage: `User: arn:aws:sts::111122223333:assumed-role/admin/eve is not authorized to perform: ${action} on resource: ${resource} with an explicit deny in a ${by}`,
    },
  });

  test('announce each call of IAM that the policy denies, and no other', () => {
    const template = alarm('us-east-1');
    const guarded = CHANGING_ACTIONS.filter((action) => action !== 'iam:PassRole' && (isDenied(ADMIN, action, AGENT) || isDenied(ADMIN, action, iam('user/x')) || isDenied(ADMIN, action, DEPLOYER)));

    expect(guarded.length).toBeGreaterThan(100);
    expect(guarded.filter((action) => !announces(template, denied('iam', action.slice(4), action, AGENT)))).toEqual([]);
    expect(announces(template, denied('iam', 'GetRole', 'iam:GetRole', AGENT))).toBe(false);
    expect(announces(template, denied('iam', 'CreateRole', 'iam:CreateRole', AGENT, 'permissions boundary'))).toBe(false);
  });

  test.each([
    ['an agent\'s role', 'CreateFunction20150331', 'iam:PassRole', AGENT, iam('role/own')],
    ['a role of the registry', 'CreateFunction20150331', 'iam:PassRole', ENGINE, iam('role/engine')],
    ['a function of the registry', 'UpdateFunctionCode20150331v2', 'lambda:UpdateFunctionCode', 'arn:aws:lambda:eu-central-1:111122223333:function:agents-nhi-lifecycle-steps', 'arn:aws:lambda:eu-central-1:111122223333:function:invoices'],
    ['a state machine of the registry', 'UpdateStateMachine', 'states:UpdateStateMachine', 'arn:aws:states:eu-central-1:111122223333:stateMachine:agents-nhi-lifecycle', 'arn:aws:states:eu-central-1:111122223333:stateMachine:invoices'],
  ])('announce attempts on %s in each region', (_what, eventName, action, resource, other) => {
    for (const template of [regional(), alarm('us-east-1')]) {
      expect(announces(template, denied('lambda', eventName, action, resource))).toBe(true);
      expect(announces(template, denied('lambda', eventName, action, other))).toBe(false);
      expect(announces(template, denied('lambda', eventName, action, resource, 'permissions boundary'))).toBe(false);
    }
  });

  test('follow the registry\'s name and path', () => {
    const template = regional({ registryName: 'bots', naming: AgentNaming.of({ pathRoot: 'org/bots' }) });

    expect(announces(template, denied('lambda', 'CreateFunction20150331', 'iam:PassRole', iam('role/org/bots/test/x-test')))).toBe(true);
    expect(announces(template, denied('lambda', 'CreateFunction20150331', 'iam:PassRole', AGENT))).toBe(false);
    expect(() => regional({ registryName: '-' })).toThrow(/RegistryNameInvalid/);
  });

  test('have patterns within the 2,048 characters that EventBridge allows, and tell the targets', () => {
    Object.values(alarm('us-east-1').findResources('AWS::Events::Rule')).forEach(({ Properties: { EventPattern: pattern, Targets: told } }) => {
      expect(JSON.stringify(pattern).length).toBeLessThan(2_048);
      expect(told).toEqual([expect.objectContaining({ Arn: { Ref: expect.stringMatching(/^Security/) as unknown } })]);
    });
    alarm('us-east-1').resourceCountIs('AWS::Events::Rule', 3);
  });

  test('of IAM belongs in us-east-1, and each tells somebody', () => {
    expect(() => alarm('eu-central-1')).toThrow(/RegionInvalid: Alarm\/Attempts: its stack is in eu-central-1.*RegionalGuardrailAlarm/);
    expect(() => alarm(undefined)).toThrow(/RegionInvalid: .*not literal/);
    expect(() => alarm('us-east-1', false)).toThrow(/GuardrailsInvalid: Alarm\/Attempts\/Region: no target is named/);
    expect(() => regional({ targets: [] })).toThrow(/GuardrailsInvalid: Alarm\/Attempts: no target is named/);
  });
});
