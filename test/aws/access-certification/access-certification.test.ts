import { App, aws_iam as iam, aws_kms as kms, aws_sns as sns, Duration, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { DEFAULT_REVIEWS } from '../../../runtime/model/review';
import { AccessCertification, AccessCertificationProps } from '../../../src/aws/access-certification';
import { LifecycleRegistry, LifecycleRegistryProps } from '../../../src/aws/lifecycle-registry';
import { METRICS } from '../../../src/contract/metrics';
import { RegistryNames } from '../../../src/contract/registry-names';
import { requestIdOf, vouchedRequestId, vouchedRequestKeys, vouchedSession } from '../../../src/contract/request-id';
import { AgentStage } from '../../../src/core';
import { codeOf, ENV } from '../lifecycle-registry/platform';

const NAMES = new RegistryNames('agents');
const DAY_SECONDS = 86_400;

interface Statement {
  readonly Sid: string;
  readonly Action: string | string[];
  readonly Resource: unknown;
  readonly Condition?: Record<string, Record<string, string | string[]>>;
}

function certified(props: Partial<AccessCertificationProps> = {}, registryProps: (stack: Stack) => LifecycleRegistryProps = () => ({})) {
  const stack = new Stack(new App(), 'Platform', { env: ENV });
  const registry = new LifecycleRegistry(stack, 'Agents', registryProps(stack));
  const reviews = new AccessCertification(stack, 'Reviews', { registry, ...props });
  return { stack, registry, reviews, template: () => Template.fromStack(stack) };
}

function settingsOf(template: Template, functionName: string): unknown {
  const [{ Properties: { Environment: { Variables: variables } } }] = Object.values(template.findResources('AWS::Lambda::Function', { Properties: { FunctionName: functionName } }));
  return variables.REVIEWS === undefined ? undefined : JSON.parse(variables.REVIEWS as string);
}

function policyOf(template: Template): Statement[] {
  const [policy] = Object.values(template.findResources('AWS::IAM::ManagedPolicy', { Properties: { ManagedPolicyName: 'agents-may-review' } }));
  return policy.Properties.PolicyDocument.Statement as Statement[];
}

test('engine and sweep have the same settings, which are the engine\'s own defaults', () => {
  const template = certified().template();

  expect(settingsOf(template, NAMES.stepsFunction)).toEqual(DEFAULT_REVIEWS);
  expect(settingsOf(template, NAMES.agendaFunction)).toEqual(DEFAULT_REVIEWS);
});

test('each delay can be set; a short deadline has the reminders that fit', () => {
  const template = certified({ interval: Duration.days(30), deadline: Duration.days(4), grace: Duration.days(5) }).template();
  expect(settingsOf(template, NAMES.agendaFunction)).toEqual({
    intervalSeconds: 30 * DAY_SECONDS,
    deadlineSeconds: 4 * DAY_SECONDS,
    reminderSeconds: [3 * DAY_SECONDS, DAY_SECONDS],
    escalationSeconds: 2 * DAY_SECONDS,
    graceSeconds: 5 * DAY_SECONDS,
    rubberStamp: DEFAULT_REVIEWS.rubberStamp,
    approvalSeconds: 7 * DAY_SECONDS,
    approvals: {},
    peerSharePercent: 10,
  });

  const others = certified({ reminders: [Duration.days(1), Duration.days(2)], escalation: Duration.days(3) }).template();
  const expected = { reminderSeconds: [2 * DAY_SECONDS, DAY_SECONDS], escalationSeconds: 3 * DAY_SECONDS };
  expect(settingsOf(others, NAMES.agendaFunction)).toMatchObject(expected);
});

test('a sample for a second person, and what looks like rubber-stamping, can be set', () => {
  const { template } = certified({
    secondReview: { share: 0.1, reviewer: 'Sam.Roe@example.com' },
    rubberStamp: { minimumReviews: 5, medianDecisionTime: Duration.minutes(1), keepRate: 1, notify: 'Audit@example.com' },
  });
  const expected = { secondReview: { share: 0.1, reviewer: 'sam.roe@example.com' }, rubberStamp: { reviews: 5, medianSeconds: 60, keepRate: 1, notify: 'audit@example.com' } };
  expect(settingsOf(template(), NAMES.stepsFunction)).toMatchObject(expected);
  expect(settingsOf(certified({ secondReview: { share: 1 } }).template(), NAMES.stepsFunction)).toMatchObject({ secondReview: { share: 1 } });
});

test('suspected rubber-stamping has an alarm, which tells the topic of the registry', () => {
  const { template } = certified({}, (stack) => ({ alarmTopic: new sns.Topic(stack, 'Topic') }));
  template().hasResourceProperties('AWS::CloudWatch::Alarm', {
    AlarmName: NAMES.alarm('RubberStampSuspected'),
    MetricName: METRICS.rubberStampSuspected,
    Dimensions: [{ Name: 'registry', Value: 'agents' }, { Name: 'service', Value: 'nhi-lifecycle' }],
    Threshold: 1,
    AlarmActions: [{ Ref: Match.stringLikeRegexp('^Topic') }],
  });
});

describe('stages that require an approval', () => {
  const DUAL = AgentStage.of('dual', { requiresApproval: true, twoReviewers: true });
  const stages = [AgentStage.PRODUCTION.withApproval(), DUAL, AgentStage.of('sandbox')];
  const stagesOf = (template: Template): unknown => {
    const [{ Properties: { Environment: { Variables: variables } } }] = Object.values(template.findResources('AWS::Lambda::Function', { Properties: { FunctionName: NAMES.lifecycleFunction } }));
    return JSON.parse(variables.STAGES as string);
  };

  test('are known to the engine, with the number of people and the lifetime', () => {
    const template = certified({ approvalLifetime: Duration.days(2) }, () => ({ stages })).template();

    expect(settingsOf(template, NAMES.stepsFunction)).toMatchObject({ approvalSeconds: 2 * DAY_SECONDS, approvals: { production: 1, dual: 2 } });
    expect(stagesOf(template)).toMatchObject({ production: { requiresApproval: true }, dual: { requiresApproval: true, twoReviewers: true } });
    expect(stagesOf(template)).toMatchObject({ sandbox: {}, test: expect.not.objectContaining({ requiresApproval: true }) });
    expect(stagesOf(certified().template())).toMatchObject({ production: {} });
  });

  test('are refused without an AccessCertification, because nobody could approve', () => {
    const stack = new Stack(new App(), 'Platform', { env: ENV });
    void new LifecycleRegistry(stack, 'Agents', { stages });
    expect(() => Template.fromStack(stack)).toThrow(/ApprovalImpossible: Platform\/Agents: the stages production, dual require an approval/);
    expect(() => certified({}, () => ({ stages })).template()).not.toThrow();
  });
});

test('a registry without it has no settings, no policy of reviewers, and an engine that writes no inline policy', () => {
  const stack = new Stack(new App(), 'Platform', { env: ENV });
  void new LifecycleRegistry(stack, 'Agents');
  const template = Template.fromStack(stack);

  expect(settingsOf(template, NAMES.stepsFunction)).toBeUndefined();
  expect(Object.keys(template.findResources('AWS::IAM::ManagedPolicy', { Properties: { ManagedPolicyName: 'agents-may-review' } }))).toEqual([]);
  expect(JSON.stringify(template.toJSON())).not.toContain('DenyByReview');
  expect(JSON.stringify(certified().template().toJSON())).toContain('DenyByReview');
});

describe('the engine', () => {
  const additions = (template: Template): Statement[] => {
    const [{ Properties: { PolicyDocument: { Statement: statements }, Roles: roles } }] = Object.values(template.findResources('AWS::IAM::ManagedPolicy', { Properties: { ManagedPolicyName: `${NAMES.engineRole}-DenyByReview` } }));
    const [{ Ref: role }] = roles as { Ref: string }[];
    expect(template.findResources('AWS::IAM::Role')[role].Properties.RoleName).toBe(NAMES.engineRole);
    return statements as Statement[];
  };

  test('may write inline policies of principals of the registry only, and what is shown', () => {
    const statements = additions(certified().template());
    expect(statements.slice(0, 2)).toEqual([
      { Sid: 'DenyByReview', Effect: 'Allow', Action: 'iam:PutRolePolicy', Resource: expect.anything() },
      { Sid: 'ShowReviewers', Effect: 'Allow', Action: ['s3:PutObject', 's3:GetObject'], Resource: expect.anything() },
    ]);
    expect(JSON.stringify(statements.slice(0, 2))).toMatch(/:role\/agents\/\*.*\/reviews\/\*/);
  });

  test('reads attached policies; those of resources every registry reads', () => {
    const [, , attached, ...others] = additions(certified().template());
    expect(attached).toEqual({ Sid: 'ReadAttachedPolicies', Effect: 'Allow', Action: ['iam:GetPolicy', 'iam:GetPolicyVersion'], Resource: [expect.anything(), expect.anything()] });
    expect(JSON.stringify(attached.Resource)).toMatch(new RegExp(`${ENV.account}:policy/\\*.*:iam::aws:policy/\\*`));
    expect(others).toEqual([]);
  });

  test('has room left in all its policies, and none of this in its inline one', () => {
    const template = certified({ costs: true }).template();
    expect(JSON.stringify(additions(template)).length).toBeLessThan(6_144 - 1_000);
    const [role] = Object.values(template.findResources('AWS::IAM::Role', { Properties: { RoleName: NAMES.engineRole } }));
    expect(JSON.stringify(role.Properties.Policies)).not.toContain('GetBucketPolicy');
    expect(Object.keys(template.findResources('AWS::IAM::Policy'))).toEqual([]);
  });

  test('asks for costs only if the registry wants them, and says so to the engine', () => {
    const [without, withCosts] = [certified().template(), certified({ costs: true }).template()];
    expect(JSON.stringify(additions(without))).not.toContain('ce:');
    expect(additions(withCosts).at(-1)).toEqual({ Sid: 'ReadCosts', Effect: 'Allow', Action: 'ce:GetCostAndUsage', Resource: '*' });
    expect(settingsOf(withCosts, NAMES.stepsFunction)).toEqual({ ...DEFAULT_REVIEWS, readsCosts: true });
  });
});

test.each([0, 10, 50])('a share of peers of %i per cent is allowed', (peerSharePercent) => {
  expect(settingsOf(certified({ peerSharePercent }).template(), NAMES.stepsFunction)).toEqual({ ...DEFAULT_REVIEWS, peerSharePercent });
});

test.each([-1, 51, 0.5, NaN, '10' as never])('a share of peers of %s is refused', (peerSharePercent) => {
  expect(codeOf(() => certified({ peerSharePercent }))).toBe('CertificationInvalid');
});

test('costs are refused where Cost Explorer is not', () => {
  const certify = (region: string) => {
    const stack = new Stack(new App(), 'Platform', { env: { account: ENV.account, region } });
    return new AccessCertification(stack, 'Reviews', { registry: new LifecycleRegistry(stack, 'Agents'), costs: true });
  };
  expect(codeOf(() => certify('us-gov-west-1'))).toBe('CertificationInvalid');
  expect(certify('eu-west-1')).toBeDefined();
});

describe('who may review', () => {
  const named = (statements: Statement[], sid: string): Statement => statements.find(({ Sid }) => Sid === sid)!;

  test('stores decisions with the own id only, as a person, and changes nothing else', () => {
    const statements = policyOf(certified({}, () => ({})).template());

    expect(statements.map(({ Action: action }) => action)).toEqual([
      'dynamodb:GetItem', 'dynamodb:Query', 's3:GetObject', 'dynamodb:PutItem', 'states:StartExecution', 'states:DescribeExecution',
    ]);
    expect(named(statements, 'StoreDecision').Condition).toEqual({
      'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['review', 'request-approval', 'approve'].map((intent) => `request#operator-${intent}-\${aws:userid}!*`) },
      'ArnLike': { 'aws:PrincipalArn': expect.anything() },
    });
    expect(JSON.stringify(named(statements, 'StoreDecision'))).toContain(':role/aws-reserved/sso.amazonaws.com/*');
    expect(JSON.stringify(named(statements, 'ReadWhatIsShown').Resource)).toContain('/reviews/*');
  });

  test('also in roles that the registry names', () => {
    const { template } = certified({ reviewerRoles: [iam.Role.fromRoleArn(new Stack(), 'Role', 'arn:aws:iam::111122223333:role/reviewer')] });
    expect(named(policyOf(template()), 'StoreDecision').Condition?.ArnLike['aws:PrincipalArn']).toEqual([expect.anything(), 'arn:aws:iam::111122223333:role/reviewer']);
  });

  test('uses a key of one\'s own through the table and the bucket', () => {
    const { template } = certified({}, (stack) => ({ encryptionKey: new kms.Key(stack, 'Key') }));
    expect(named(policyOf(template()), 'UseKeyOfLedger').Condition).toEqual({
      StringEquals: { 'kms:ViaService': ['dynamodb.eu-west-1.amazonaws.com', 's3.eu-west-1.amazonaws.com'] },
    });
  });
});

describe('the id of a vouched request', () => {
  const ADA = 'AROA000000000001:ada@example.com';

  test('says which session stored it', () => {
    expect(vouchedSession(vouchedRequestId('review', ADA, 'x'), 'review')).toEqual({ userId: ADA, roleId: 'AROA000000000001', sessionName: 'ada@example.com' });
  });

  test.each([
    ['of another intent', vouchedRequestId('suspend', ADA, 'x')],
    ['without an id', requestIdOf('operator', 'review', 'x')],
    ['of an IAM user', vouchedRequestId('review', 'AIDA000000000001', 'x')],
    ['with two ends', vouchedRequestId('review', `${ADA}!y`, 'x')],
    ['of a schedule', requestIdOf('schedule', 'review', `${ADA}!x`)],
  ])('says nothing of one %s', (_what, id) => {
    expect(vouchedSession(id, 'review')).toBeUndefined();
  });

  test('is in the pattern of its own session only, whatever the names of sessions are', () => {
    const matches = (userId: string, id: string): boolean => {
      const [prefix] = vouchedRequestKeys('review').replace('${aws:userid}', userId).split('*');
      return `request#${id}`.startsWith(prefix);
    };
    expect(matches(ADA, vouchedRequestId('review', ADA, 'x'))).toBe(true);
    expect(matches('AROA000000000001:ada', vouchedRequestId('review', ADA, 'x'))).toBe(false);
    expect(matches('AROA000000000002:ada@example.com', vouchedRequestId('review', ADA, 'x'))).toBe(false);
  });
});

test.each<[string, Partial<AccessCertificationProps>]>([
  ['a deadline of less than a second', { deadline: Duration.millis(10) }],
  ['a deadline that is too long', { deadline: Duration.days(91) }],
  ['an interval of more than a year', { interval: Duration.days(367) }],
  ['a reminder after the deadline', { deadline: Duration.days(2), reminders: [Duration.days(2)] }],
  ['an escalation after the deadline', { deadline: Duration.days(2), escalation: Duration.days(3) }],
  ['too many reminders', { reminders: Array.from({ length: 11 }, (_, index) => Duration.hours(index + 1)) }],
  ['something that is no duration', { grace: 7 as never }],
  ['a sample of none', { secondReview: { share: 0 } }],
  ['a sample of more than all', { secondReview: { share: 1.1 } }],
  ['a sample that is no number', { secondReview: { share: '0.1' as never } }],
  ['too few reviews to compare', { rubberStamp: { minimumReviews: 1 } }],
  ['more reviews than are kept', { rubberStamp: { minimumReviews: 101 } }],
  ['a median time of nothing', { rubberStamp: { medianDecisionTime: Duration.millis(1) } }],
  ['a median time of more than an hour', { rubberStamp: { medianDecisionTime: Duration.minutes(61) } }],
  ['a median time that is no duration', { rubberStamp: { medianDecisionTime: 10 as never } }],
  ['a rate of more than all', { rubberStamp: { keepRate: 2 } }],
])('fails with CertificationInvalid for %s', (_what, props) => {
  expect(codeOf(() => certified(props))).toBe('CertificationInvalid');
});

test.each<Partial<AccessCertificationProps>>([{ secondReview: { share: 1, reviewer: 'sam' } }, { rubberStamp: { notify: 'sam' } }])('fails with EmailInvalid for %j', (props) => {
  expect(codeOf(() => certified(props))).toBe('EmailInvalid');
});

test('fails for a second one, one in another stack, and one of a reference', () => {
  const { stack, registry } = certified();
  expect(codeOf(() => new AccessCertification(stack, 'Again', { registry }))).toBe('CertificationTwice');
  const other = new Stack(new App(), 'Other', { env: ENV });
  expect(codeOf(() => new AccessCertification(other, 'Reviews', { registry }))).toBe('CertificationElsewhere');
  expect(codeOf(() => new AccessCertification(other, 'Reviews2', { registry: LifecycleRegistry.fromRegistryName(other, 'Ref', 'agents') as never }))).toBe('WrongClass');
});
