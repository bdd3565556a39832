import { App, aws_iam as iam, aws_lambda as lambda, aws_s3 as s3, CfnOutput, CfnParameter, CfnResource, NestedStack, Stack, Stage, Validations } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { AS_BY_COMMAND, judged, reported } from './judged';
import { AgentGuardrails, Expiry, GuardrailApp, GuardrailFinding, GuardrailMode, GuardrailSeverity, IGuardrailRule } from 'cdk-nhi-lifecycle';

const ENV = { account: '111122223333', region: 'eu-central-1' };
const LAMBDA = new iam.ServicePrincipal('lambda.amazonaws.com');
const everything = () => new iam.PolicyStatement({ actions: ['*'], resources: ['*'] });
const admin = (scope: Stack, id = 'Role'): iam.Role => {
  const role = new iam.Role(scope, id, { assumedBy: LAMBDA });
  role.addToPolicy(everything());
  return role;
};
const code = lambda.Code.fromInline('exports.handler = async () => 1;');
const runs = (scope: Stack, id: string, role: iam.IRole) => new lambda.Function(scope, id, { runtime: lambda.Runtime.NODEJS_22_X, handler: 'index.handler', code, role });
const found = (rule: string, build: (app: App) => void) => judged(build).filter((one) => one.rule === rule).map(({ at }) => at);

describe('over stacks', () => {
  test('a policy in another stack counts for the role, and a policy for nothing does not', () => {
    const build = (to: 'role' | 'none') => (app: App) => {
      const role = new iam.Role(new Stack(app, 'Roles', { env: ENV }), 'Role', { assumedBy: LAMBDA });
      const policies = new Stack(app, 'Policies', { env: ENV });
      new iam.ManagedPolicy(policies, 'Policy', { statements: [everything()], roles: to === 'role' ? [iam.Role.fromRoleName(policies, 'Imported', role.roleName)] : [] });
    };

    expect(found('NHI5-administrator', build('role'))).toEqual(['Role1ABCC5F0']);
    expect(found('NHI5-administrator', build('none'))).toEqual([]);
  });

  test('functions of two stacks that share a role share it, by its export', () => {
    const build = (shared: boolean) => (app: App) => {
      const roles = new Stack(app, 'Roles', { env: ENV });
      const [one, other] = ['One', 'Other'].map((id) => new iam.Role(roles, id, { assumedBy: LAMBDA }));
      runs(new Stack(app, 'A', { env: ENV }), 'Function', one);
      runs(new Stack(app, 'B', { env: ENV }), 'Function', shared ? one : other);
    };

    expect(found('NHI9-shared', build(true))).toHaveLength(1);
    expect(found('NHI9-shared', build(false))).toEqual([]);
  });

  test('a role of an account of the app is no third party', () => {
    const build = (account: string) => (app: App) => {
      new iam.Role(new Stack(app, 'One', { env: ENV }), 'Role', { assumedBy: new iam.AccountPrincipal(account) });
      new s3.Bucket(new Stack(app, 'Other', { env: { ...ENV, account: '222233334444' } }), 'Bucket');
    };

    expect(found('NHI3-third-party', build('333344445555'))).toHaveLength(1);
    expect(found('NHI3-third-party', build('222233334444'))).toEqual([]);
  });
});

test('production that trusts the account of test is found by the accounts of the stacks', () => {
  const build = (other: string) => (app: App) => {
    new s3.Bucket(new Stack(app, 'shop-test', { env: { ...ENV, account: '222233334444' } }), 'Bucket');
    new s3.Bucket(new Stack(app, other, { env: { ...ENV, account: '333344445555' } }), 'Bucket');
    const live = new Stack(app, 'shop-prod', { env: ENV });
    new iam.Role(live, 'Role', { assumedBy: new iam.AccountPrincipal(other === 'shop-test-2' ? '333344445555' : '222233334444') });
  };

  expect(found('NHI8-stages-mixed', build('shop-test-2'))).toHaveLength(1);
  expect(found('NHI8-stages-mixed', build('tools'))).toHaveLength(1);
  expect(found('NHI8-stages-mixed', (app) => {
    new s3.Bucket(new Stack(app, 'backups', { env: { ...ENV, account: '222233334444' } }), 'Bucket');
    build('tools')(app);
  })).toEqual([]);
});

describe('nested stacks and stages', () => {
  test.each([['as the command writes it', AS_BY_COMMAND], ['without paths', {}]])('what is nested is judged, %s', (_what, context) => {
    const app = new App({ context });
    admin(new NestedStack(new Stack(app, 'Outer', { env: ENV }), 'Inner'));

    expect(reported(app).filter(({ ruleName }) => ruleName === 'NHI5-administrator')).toHaveLength(1);
  });

  test('a nested stack that runs with a role of the outer one shares it', () => {
    const build = (nested: boolean) => (app: App) => {
      const outer = new Stack(app, 'Outer', { env: ENV });
      const role = new iam.Role(outer, 'Role', { assumedBy: LAMBDA });
      runs(outer, 'One', role);
      if (nested) {
        runs(new NestedStack(outer, 'Inner'), 'Two', role);
      }
    };

    expect(found('NHI9-shared', build(true))).toHaveLength(1);
    expect(found('NHI9-shared', build(false))).toEqual([]);
  });

  test('a role of a nested stack that the outer one runs with counts too', () => {
    expect(found('NHI9-shared', (app) => {
      const outer = new Stack(app, 'Outer', { env: ENV });
      const role = new iam.Role(new NestedStack(outer, 'Inner'), 'Role', { assumedBy: LAMBDA });
      ['A', 'B'].forEach((id) => runs(outer, id, role));
    })).toHaveLength(1);
  });

  test('a stage is judged with the app, and a stage of its own plugin by itself', () => {
    const app = new App({ context: AS_BY_COMMAND });
    const stage = new Stage(app, 'Live', { env: ENV });
    admin(new Stack(stage, 'Shop'));
    Validations.of(stage).addPlugins(new AgentGuardrails());

    expect(() => app.synth()).toThrow(/NHI5-administrator/);
  });
});

describe('in the synthesis', () => {
  const synth = (build: (stack: Stack) => void, guardrails = new AgentGuardrails()) => {
    const app = new App({ context: AS_BY_COMMAND });
    build(new Stack(app, 'Shop', { env: ENV }));
    Validations.of(app).addPlugins(guardrails);
    return app.synth();
  };

  test('what is severe fails it, with the construct and what to do, and what is not is reported', () => {
    const errors = jest.spyOn(console, 'error').mockReturnValue();

    expect(() => synth((stack) => void admin(stack))).toThrow(/Shop\/Role\/Resource[^]*|NHI5-administrator/);
    expect(() => synth((stack) => void admin(stack))).toThrow(/may do everything[^]*name the actions and the resources/);
    expect(() => synth((stack) => void new iam.User(stack, 'User'))).not.toThrow();
    expect(errors.mock.calls.join()).toContain('NHI4-iam-user');
    errors.mockRestore();
  });

  /** The CDK's command prints what has a place, and nothing else. */
  const placed = (build: (stack: Stack) => void) => {
    const app = new App({ context: AS_BY_COMMAND });
    build(new Stack(app, 'Shop', { env: ENV }));
    return reported(app)
      .flatMap(({ violatingResources: places }) => places.map(({ constructPath, resourceLogicalId }) => [constructPath, resourceLogicalId]));
  };

  test('outputs and parameters are named by their constructs, and hidden parts by their stack', () => {
    expect(placed((stack) => void new CfnOutput(stack, 'Shown', { value: `AKIA${'B'.repeat(16)}` }))).toEqual([['Shop/Shown', 'Shown']]);
    expect(placed((stack) => void new CfnParameter(new Construct(stack, 'Part'), 'DbPassword'))).toEqual([['Shop/Part/DbPassword', expect.stringMatching(/^PartDbPassword/)]]);
    expect(placed((stack) => stack.addTransform('AWS::Serverless-2016-10-31'))).toEqual([['Shop', undefined]]);
    // The CDK finds the construct of a resource.
    expect(placed((stack) => void admin(stack))).toEqual([[undefined, 'Role1ABCC5F0']]);
  });

  test('it says how to let a finding stay, and of a lapsed acknowledgement that a later end is needed', () => {
    const fixes = (until?: string) => {
      const app = new App({ context: AS_BY_COMMAND });
      const role = admin(new Stack(app, 'Shop', { env: ENV }));
      if (until !== undefined) {
        AgentGuardrails.acknowledge(role, { rules: ['NHI5-administrator'], reason: 'It sets up the account, once', until: Expiry.on(until) });
      }
      return reported(app)[0].fix;
    };

    expect(fixes()).toMatch(/; or let it stay for a time: AgentGuardrails\.acknowledge\(construct, \{ rules: \['NHI5-administrator'\], reason, until \}\)$/);
    expect(fixes('2020-01-01')).toMatch(/; or decide again: AgentGuardrails\.acknowledge\(\) with a later end$/);
    expect(fixes('2099-01-01')).not.toContain('acknowledge');
  });

  test('failFrom moves the line', () => {
    jest.spyOn(console, 'error').mockReturnValue();

    expect(() => synth((stack) => void new iam.User(stack, 'User'), new AgentGuardrails({ failFrom: GuardrailSeverity.MEDIUM }))).toThrow(/NHI4-iam-user/);
    expect(() => synth((stack) => void new iam.User(stack, 'User'), new AgentGuardrails({ failFrom: GuardrailSeverity.HIGH }))).not.toThrow();
    jest.restoreAllMocks();
  });

  test('an acknowledgement of the CDK, which has no end, does not silence what fails', () => {
    expect(() => synth((stack) => {
      Validations.of(admin(stack)).acknowledge({ id: 'AgentGuardrails::NHI5-administrator', reason: 'It is only a trial' });
    })).toThrow(/NHI5-administrator/);
  });

  test('twin: one with a reason and an end does', () => {
    jest.spyOn(console, 'error').mockReturnValue();

    expect(() => synth((stack) => AgentGuardrails.acknowledge(admin(stack), { rules: ['NHI5-administrator'], reason: 'It sets up the account, once', until: Expiry.on('2099-03-31') }))).not.toThrow();
    jest.restoreAllMocks();
  });
});

describe('an acknowledgement', () => {
  const until = Expiry.on('2099-03-31');
  const acknowledged = (rules: string[], end = until, at: 'role' | 'stack' = 'role') => judged((app) => {
    const stack = new Stack(app, 'Shop', { env: ENV });
    const role = admin(stack);
    AgentGuardrails.acknowledge(at === 'role' ? role : stack, { rules, reason: 'It sets up the account, once', until: end });
  });

  test.each(['role', 'stack'] as const)('of a %s lets the finding stay and keeps it in the report', (at) => {
    expect(acknowledged(['NHI5-administrator'], until, at)).toEqual([expect.objectContaining({
      severity: 'info', description: expect.stringMatching(/acknowledged until 2099-04-01T00:00:00Z \(It sets up the account, once\)$/),
    })]);
  });

  test('is for its rules only', () => {
    expect(acknowledged(['NHI4-iam-user'])[0]).toMatchObject({ rule: 'NHI5-administrator', severity: 'fatal' });
  });

  test('that is over is a warning, for which nothing breaks', () => {
    expect(acknowledged(['NHI5-administrator'], Expiry.on('2020-01-01'))).toEqual([expect.objectContaining({
      severity: 'warning', description: expect.stringMatching(/its acknowledgement ended at 2020-01-02T00:00:00Z/),
    })]);
  });

  test('of several, that which ends last counts', () => {
    const two = (...ends: string[]) => judged((app) => {
      const role = admin(new Stack(app, 'Shop', { env: ENV }));
      ends.forEach((end) => AgentGuardrails.acknowledge(role, { rules: ['NHI5-administrator'], reason: 'It sets up the account, once', until: Expiry.on(end) }));
    });

    expect(two('2099-03-31', '2020-01-01')).toEqual([expect.objectContaining({ severity: 'info' })]);
    expect(two('2020-01-01', '2099-03-31')).toEqual([expect.objectContaining({ severity: 'info' })]);
  });

  test('covers outputs and parameters', () => {
    const output = (is: boolean) => judged((app) => {
      const stack = new Stack(app, 'Shop', { env: ENV });
      const key = new CfnResource(stack, 'Key', { type: 'AWS::AppSync::ApiKey', properties: {} });
      const shown = new CfnOutput(stack, 'Shown', { value: key.getAtt('ApiKey').toString() });
      AgentGuardrails.acknowledge(is ? shown : key, { rules: ['NHI2-secret-in-output'], reason: 'The page of the shop needs it', until });
    });

    expect(output(true)).toEqual([expect.objectContaining({ at: 'Shown', severity: 'info' })]);
    expect(output(false)[0]).toMatchObject({ at: 'Shown', severity: 'fatal' });
  });

  test('that covers nothing is said, once, and fails nothing', () => {
    const both = acknowledged(['NHI5-administrator', 'NHI4-iam-user'], until, 'stack');

    expect(both.map(({ rule, severity }) => [rule, severity])).toEqual([['NHI5-administrator', 'info'], ['AcknowledgementUnused', 'info']]);
    expect(both[1].description).toBe('the acknowledgement of NHI4-iam-user until 2099-04-01T00:00:00Z (It sets up the account, once) covers no finding');
    expect(acknowledged(['ACME1-other'])[1]).toMatchObject({ rule: 'AcknowledgementUnused' });
  });

  test('of a rule that is not applied, or of what is not judged, is not said to be unused', () => {
    const build = (app: App) => AgentGuardrails.acknowledge(new iam.Role(new Stack(app, 'Shop', { env: ENV }), 'Role', { assumedBy: LAMBDA }), { rules: ['NHI4-iam-user'], reason: 'It sets up the account, once', until });

    expect(judged(build).map(({ rule }) => rule)).toEqual(['AcknowledgementUnused']);
    expect(judged(build, { without: ['NHI4-iam-user'] })).toEqual([]);
    expect(judged(build, { mode: GuardrailMode.AGENTS })).toEqual([]);
  });

  test('can write no line of its own into a report', () => {
    const [{ description }] = judged((app) => {
      const role = admin(new Stack(app, 'Shop', { env: ENV }));
      (role.node.defaultChild as CfnResource).addMetadata('cdk-nhi-lifecycle:acknowledged', [{ rule: 'NHI5-administrator', reason: 'It is fine\n\nINFO all is well', until: '2099-01-01T00:00:00Z' }]);
    });

    expect(description).toMatch(/\(It is fine INFO all is well\)$/);
  });

  test('that this library did not write does not count', () => {
    const written = (metadata: unknown) => judged((app) => {
      const role = admin(new Stack(app, 'Shop', { env: ENV }));
      (role.node.defaultChild as CfnResource).addMetadata('cdk-nhi-lifecycle:acknowledged', metadata);
    })[0].severity;
    const whole = { rule: 'NHI5-administrator', reason: 'It sets up the account', until: '2099-01-01T00:00:00Z' };

    expect(written([whole])).toBe('info');
    expect(written([{ ...whole, until: '2099-99-99T00:00:00Z' }])).toBe('fatal');
    expect(written([{ ...whole, until: 'never' }])).toBe('fatal');
    expect(written([{ ...whole, reason: ' ' }])).toBe('fatal');
    expect(written('NHI5-administrator')).toBe('fatal');
    expect(written([{ ...whole, rule: '*' }])).toBe('fatal');
    expect(written([{ ...whole, until: undefined }])).toBe('fatal');
  });

  test.each([
    ['AcknowledgementInvalid', { rules: [] }],
    ['AcknowledgementInvalid', { rules: ['NHI5-administrater'] }],
    ['AcknowledgementInvalid', { rules: ['*'] }],
    ['AcknowledgementInvalid', { until: Expiry.untilCertified({ latest: until }) }],
    ['ReasonInvalid', { reason: 'because' }],
    ['ExpiryInvalid', { until: Expiry.on('soon') }],
  ])('fails with %s for %j', (errorCode, wrong) => {
    const stack = new Stack();

    expect(() => AgentGuardrails.acknowledge(stack, { rules: ['NHI5-administrator'], reason: 'It sets up the account', until, ...wrong })).toThrow(errorCode);
  });
});

describe('modes', () => {
  const build = (app: App) => {
    admin(new Stack(app, 'Shop', { env: ENV }));
    const agents = new Stack(app, 'Agents', { env: ENV });
    new iam.Role(agents, 'Agent', { assumedBy: new iam.ServicePrincipal('bedrock-agentcore.amazonaws.com') });
    new iam.User(agents, 'User');
  };

  test('agents only leaves the others out, also in the same stack', () => {
    expect(judged(build, { mode: GuardrailMode.AGENTS }).map(({ rule }) => rule)).toEqual(['NHI1-outside-lifecycle']);
  });

  test('every principal is the default', () => {
    expect(judged(build).map(({ rule }) => rule).sort()).toEqual(['NHI1-no-end', 'NHI1-outside-lifecycle', 'NHI4-iam-user', 'NHI5-administrator']);
    expect(judged(build)).toEqual(judged(build, { mode: GuardrailMode.EVERY_PRINCIPAL }));
  });

  test('a rule can be left out', () => {
    expect(judged(build, { without: ['NHI5-administrator', 'NHI1-no-end'] }).map(({ rule }) => rule).sort()).toEqual(['NHI1-outside-lifecycle', 'NHI4-iam-user']);
  });
});

describe('rules of the user', () => {
  class PathRule implements IGuardrailRule {
    public readonly ruleId = 'ACME1-no-role-without-path';
    public readonly severity = GuardrailSeverity.HIGH;
    public readonly why = 'roles without a path are not of a team';

    public find(app: GuardrailApp): GuardrailFinding[] {
      return app.principals.filter(({ resource }) => resource.properties.Path === undefined).map(({ template, resource, name }) => (
        { template, logicalId: resource.logicalId, location: 'Properties.Path', problem: `${name} has no path`, fix: 'set its path' }));
    }
  }
  const role = (path?: string) => (app: App) => void new iam.Role(new Stack(app, 'Shop', { env: ENV }), 'Role', { assumedBy: LAMBDA, path });

  test('are applied beside the others, and acknowledged as they are', () => {
    expect(judged(role(), { rules: [new PathRule()] })).toEqual([expect.objectContaining({ rule: 'ACME1-no-role-without-path', severity: 'fatal', at: 'Role1ABCC5F0', locations: ['Properties.Path'] })]);
    expect(judged(role('/team/'), { rules: [new PathRule()] })).toEqual([]);
    expect(judged((app) => {
      role()(app);
      AgentGuardrails.acknowledge(app, { rules: ['ACME1-no-role-without-path'], reason: 'The path comes next month', until: Expiry.on('2099-01-01') });
    }, { rules: [new PathRule()] })).toEqual([expect.objectContaining({ severity: 'info' })]);
  });

  test('that fail fail the synthesis, with their name', () => {
    const broken: IGuardrailRule = { ruleId: 'ACME2-broken', severity: GuardrailSeverity.LOW, why: 'x', find: () => { throw new Error('no such property'); } };
    const app = new App();
    role('/team/')(app);

    expect(reported(app, { rules: [broken] })).toEqual([expect.objectContaining({ ruleName: 'ACME2-broken', severity: 'fatal', description: 'the rule ACME2-broken failed: Error: no such property', violatingResources: [{ locations: [] }] })]);
  });

  test.each<[string, unknown]>([
    ['nothing', undefined], ['null', null], ['a promise', Promise.resolve([])], ['a text', ['no path']], ['a finding of another app', [{ template: {}, logicalId: 'A', problem: 'x', fix: 'y' }]],
  ])('that return %s are named, and the others are applied', (_what, returned) => {
    const wrong: IGuardrailRule = { ruleId: 'ACME2-broken', severity: GuardrailSeverity.LOW, why: 'x', find: () => returned as GuardrailFinding[] };
    const app = new App();
    admin(new Stack(app, 'Shop', { env: ENV }));

    const all = reported(app, { rules: [wrong] });

    expect(all.map(({ ruleName }) => ruleName).sort()).toEqual(['ACME2-broken', 'NHI5-administrator']);
    expect(all.find(({ ruleName }) => ruleName === 'ACME2-broken')!.description).toMatch(/failed: GuardrailsInvalid: find\(\) returned .*: return a list of findings/);
  });

  test.each([[{ find: undefined }, 'has no method find()'], [{ why: undefined }, 'has no text why']])('that lack something are refused: %j', (wrong, message) => {
    const whole: IGuardrailRule = { ruleId: 'ACME2-x', severity: GuardrailSeverity.LOW, why: 'x', find: () => [] };

    expect(() => new AgentGuardrails({ rules: [{ ...whole, ...wrong } as unknown as IGuardrailRule] })).toThrow(message);
    expect(() => new AgentGuardrails({ rules: [whole] })).not.toThrow();
  });

  test.each(['NHI11-mine', 'a b', 'NHI5-administrator', ''])('have an id of their own, not %j', (ruleId) => {
    expect(() => new AgentGuardrails({ rules: [{ ruleId, severity: GuardrailSeverity.LOW, why: 'x', find: () => [] }] })).toThrow(/GuardrailsInvalid: rule id/);
  });
});

test.each([
  [{ organizationAccounts: ['123'] }, 'organizationAccounts has "123"'],
  [{ without: ['NHI5-administrater'] }, 'without "NHI5-administrater" is unknown'],
  [{ mode: 'all' as GuardrailMode }, 'mode "all" is unknown: use one of agents-only, every-principal'],
  [{ failFrom: 'bad' as GuardrailSeverity }, 'failFrom "bad" is unknown'],
])('wrong properties %j are refused', (props, message) => {
  expect(() => new AgentGuardrails(props)).toThrow(`GuardrailsInvalid: ${message}`);
});
