import { AttachGroupPolicyCommand, CreateGroupCommand, EvaluationResult, IAMClient, SimulatePrincipalPolicyCommand, SimulatePrincipalPolicyCommandInput } from '@aws-sdk/client-iam';
import { Cloud, outcome } from './harness/cloud';
import { makeRole, policy } from './harness/principals';

const READ = 's3:GetObject';
const WRITE = 's3:PutObject';
const INVOICES = 'arn:aws:s3:::invoices/*';
const ORDERS = 'arn:aws:s3:::orders/*';

let cloud: Cloud;
let admin: IAMClient;

beforeAll(async () => {
  cloud = await Cloud.start();
  admin = new IAMClient(cloud.as());
  await makeRole(cloud, 'reader', [{ Action: READ, Resource: INVOICES }], { Path: '/agents/test/' });
  await makeRole(cloud, 'bounded', [{ Action: READ, Resource: '*' }], { PermissionsBoundary: 'arn:aws:iam::aws:policy/AWSDenyAll' });
});

afterAll(() => cloud.stop());

async function simulate(input: Partial<SimulatePrincipalPolicyCommandInput>): Promise<EvaluationResult[]> {
  const { EvaluationResults: results = [] } = await admin.send(new SimulatePrincipalPolicyCommand({
    PolicySourceArn: cloud.iamArn('role/agents/test/reader'), ActionNames: [READ], ResourceArns: [INVOICES], ...input,
  }));
  return results;
}

const decision = async (input: Partial<SimulatePrincipalPolicyCommandInput>) => (await simulate(input))[0].EvalDecision;

describe('iam-simulation', () => {
  test('a role with a path is found by its whole ARN, and what isn\'t there is an error', async () => {
    expect(await decision({})).toBe('allowed');
    expect(await outcome(simulate({ PolicySourceArn: cloud.iamArn('role/reader') }))).toBe('NoSuchEntityException');
    expect(await outcome(simulate({ PolicySourceArn: cloud.iamArn('role/agents/test/nobody') }))).toBe('NoSuchEntityException');
  });

  test('there is a response for every action on every resource', async () => {
    const results = await simulate({ ActionNames: [READ, WRITE], ResourceArns: [INVOICES, ORDERS] });

    expect(results.map((result) => [result.EvalActionName, result.EvalResourceName, result.EvalDecision])).toEqual([
      [READ, INVOICES, 'allowed'],
      [READ, ORDERS, 'implicitDeny'],
      [WRITE, INVOICES, 'implicitDeny'],
      [WRITE, ORDERS, 'implicitDeny'],
    ]);
  });

  test('the role\'s boundary counts', async () => {
    const [result] = await simulate({ PolicySourceArn: cloud.iamArn('role/bounded') });

    expect(result).toMatchObject({ EvalDecision: 'explicitDeny', PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: false } });
  });

  test('a boundary in the request takes the place of the role\'s', async () => {
    const within = (Action: string) => ({ PermissionsBoundaryPolicyInputList: [policy({ Action, Resource: '*' })] });

    expect(await decision({ PolicySourceArn: cloud.iamArn('role/bounded'), ...within(READ) })).toBe('allowed');
    expect(await decision({ PolicySourceArn: cloud.iamArn('role/bounded'), ...within(WRITE) })).toBe('implicitDeny');
    expect(await decision(within(READ))).toBe('allowed');
    expect(await decision(within(WRITE))).toBe('implicitDeny');
  });

  test('policies in the request are added', async () => {
    const added = (Effect: 'Allow' | 'Deny', Action: string) => ({ PolicyInputList: [policy({ Effect, Action, Resource: '*' })] });

    expect(await decision({ ActionNames: [WRITE] })).toBe('implicitDeny');
    expect(await decision({ ActionNames: [WRITE], ...added('Allow', WRITE) })).toBe('allowed');
    expect(await decision(added('Deny', READ))).toBe('explicitDeny');
  });

  test('a condition is decided by the context in the request, the time too', async () => {
    const PolicyInputList = [policy(
      { Action: WRITE, Resource: '*', Condition: { StringEquals: { 'aws:PrincipalTag/agent:stage': 'test' } } },
      { Effect: 'Deny', Action: '*', Resource: '*', Condition: { DateGreaterThan: { 'aws:CurrentTime': '2099-01-01T00:00:00Z' } } },
    )];
    const given = (ContextKeyName: string, value: string, ContextKeyType: 'string' | 'date') => ({
      ActionNames: [WRITE], PolicyInputList, ContextEntries: [{ ContextKeyName, ContextKeyValues: [value], ContextKeyType }],
    });
    const stage = (value: string) => given('aws:PrincipalTag/agent:stage', value, 'string');
    const time = (value: string) => ({ ...given('aws:CurrentTime', value, 'date'), ActionNames: [READ] });

    expect([await decision(stage('test')), await decision(stage('production'))]).toEqual(['allowed', 'implicitDeny']);
    expect([await decision(time('2098-01-01T00:00:00Z')), await decision(time('2100-01-01T00:00:00Z'))]).toEqual(['allowed', 'explicitDeny']);
    // Without context the current time applies.
    expect(await decision({ PolicyInputList })).toBe('allowed');
  });

  test('a group is simulated with its policies', async () => {
    await admin.send(new CreateGroupCommand({ GroupName: 'readers', Path: '/people/' }));
    await admin.send(new AttachGroupPolicyCommand({ GroupName: 'readers', PolicyArn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' }));
    const ofGroup = { PolicySourceArn: cloud.iamArn('group/people/readers') };

    expect(await decision({ ...ofGroup, ActionNames: [READ] })).toBe('allowed');
    expect(await decision({ ...ofGroup, ActionNames: [WRITE] })).toBe('implicitDeny');
  });
});
