import { aws_iam as iam, aws_kms as kms } from 'aws-cdk-lib';
import { requestIdOf } from '../../../../src/contract/request-id';
import { platform, Platform } from '../platform';

interface Statement {
  readonly Sid: string;
  readonly Action: string | string[];
  readonly Resource: unknown;
  readonly Condition?: Record<string, Record<string, string | string[]>>;
}

function statementsOf({ template }: Platform, name: string): Statement[] {
  const [policy] = Object.values(template().findResources('AWS::IAM::ManagedPolicy', { Properties: { ManagedPolicyName: name } }));
  return policy.Properties.PolicyDocument.Statement as Statement[];
}
const named = (statements: Statement[], sid: string): Statement => statements.find(({ Sid }) => Sid === sid)!;
const keysOf = ({ Condition: condition = {} }: Statement): string => [condition['ForAllValues:StringLike']['dynamodb:LeadingKeys']].flat().join();
const matches = (pattern: string, key: string): boolean => new RegExp(`^${pattern.replaceAll('*', '.*')}$`).test(key);

test.each(['suspend', 'resume'])('who may %s may store that request and no other', (intent) => {
  const pattern = keysOf(named(statementsOf(platform(), `agents-may-${intent}`), 'StoreRequest'));
  expect(matches(pattern, `request#${requestIdOf('operator', intent, 'abc')}`)).toBe(true);
  const others = [
    requestIdOf('operator', intent === 'suspend' ? 'resume' : 'suspend', 'abc'), requestIdOf('operator', 'finish', 'abc'), requestIdOf('operator', 'offer-transfer', 'abc'),
    requestIdOf('cloudformation', intent, 'abc'), requestIdOf('cloudformation', 'withdraw', 'abc'),
  ];
  expect(others.filter((id) => matches(pattern, `request#${id}`))).toEqual([]);
});

test('both read agents and nothing else of the ledger, start the engine\'s machine, and change nothing', () => {
  for (const name of ['agents-may-suspend', 'agents-may-resume']) {
    const statements = statementsOf(platform(), name);
    expect(statements.map(({ Action: action }) => action)).toEqual(['dynamodb:GetItem', 'dynamodb:Query', 'iam:ListRoleTags', 'dynamodb:PutItem', 'states:StartExecution', 'states:DescribeExecution']);
    expect(keysOf(named(statements, 'ReadAgents'))).toBe('placement#*');
    expect(keysOf(named(statements, 'ReadFleet'))).toBe('registry');
    expect(JSON.stringify(named(statements, 'ReadTags').Resource)).toContain(':role/agents/*');
    expect(JSON.stringify(named(statements, 'StartRequest').Resource)).toContain('stateMachine:agents-nhi-lifecycle');
  }
});

test('only a person may resume: through IAM Identity Center, or as a break-glass role', () => {
  const people = (made: Platform): unknown => named(statementsOf(made, 'agents-may-resume'), 'StoreRequest').Condition?.ArnLike?.['aws:PrincipalArn'];
  const rendered = JSON.stringify(people(platform()));
  expect(rendered).toContain(':role/aws-reserved/sso.amazonaws.com/*');

  const withRole = platform((stack) => ({ breakGlassRoles: [iam.Role.fromRoleArn(stack, 'BreakGlass', 'arn:aws:iam::111122223333:role/break-glass')] }));
  expect(people(withRole)).toEqual([expect.anything(), 'arn:aws:iam::111122223333:role/break-glass']);
  expect(named(statementsOf(withRole, 'agents-may-suspend'), 'StoreRequest').Condition).not.toHaveProperty('ArnLike');
});

test('with a key of one\'s own they may use it, for the ledger only', () => {
  const made = platform((stack) => ({ encryptionKey: new kms.Key(stack, 'Key') }));
  for (const name of ['agents-may-suspend', 'agents-may-resume']) {
    expect(named(statementsOf(made, name), 'UseKeyOfLedger')).toMatchObject({
      Action: ['kms:Decrypt', 'kms:GenerateDataKey*'], Condition: { StringEquals: { 'kms:ViaService': 'dynamodb.eu-west-1.amazonaws.com' } },
    });
    expect(statementsOf(platform(), name).map(({ Sid }) => Sid)).not.toContain('UseKeyOfLedger');
  }
});

test('only a person may offboard and retry, may read the stacks and the roles of agents for that, and may ask for nothing else', () => {
  const statements = statementsOf(platform(), 'agents-may-offboard');
  const pattern = [named(statements, 'StoreRequest').Condition!['ForAllValues:StringLike']['dynamodb:LeadingKeys']].flat();
  const may = (requestId: string): boolean => pattern.some((one) => matches(one, `request#${requestId}`));
  expect(['offboard', 'retry'].map((intent) => may(requestIdOf('operator', intent, 'abc')))).toEqual([true, true]);
  expect(['suspend', 'resume', 'finish', 'renew'].map((intent) => may(requestIdOf('operator', intent, 'abc')))).toEqual([false, false, false, false]);
  expect(may(requestIdOf('schedule', 'offboard', 'abc'))).toBe(false);
  expect(JSON.stringify(named(statements, 'StoreRequest').Condition)).toContain(':role/aws-reserved/sso.amazonaws.com/*');
  // Who attests is recorded, so the key has the caller's own id.
  const attests = named(statements, 'StoreConfirmation').Condition!;
  expect([attests['ForAllValues:StringLike']['dynamodb:LeadingKeys']].flat()).toEqual(['request#operator-confirm-revocation-${aws:userid}!*']);
  expect(JSON.stringify(attests.ArnLike)).toContain(':role/aws-reserved/sso.amazonaws.com/*');
  expect(statements.map(({ Sid, Action }) => [Sid, Action]).slice(-2)).toEqual([
    ['AskStacks', ['cloudformation:DescribeStacks', 'cloudformation:ListStackResources']], ['LookAtRoles', 'iam:GetRole'],
  ]);
});

test('they can be attached to roles and groups', () => {
  const { registry, stack, template } = platform();
  const role = new iam.Role(stack, 'Responder', { assumedBy: new iam.AccountRootPrincipal(), managedPolicies: [registry.maySuspend] });
  new iam.Group(stack, 'Operators', { managedPolicies: [registry.mayResume, registry.mayOffboard] });
  expect(stack.resolve(role.roleName)).toBeDefined();
  template().resourceCountIs('AWS::IAM::Group', 1);
});

test('who may approve sweeps is a person, reads the lists that sweeps hold back, and writes approvals and nothing else', () => {
  const statements = statementsOf(platform(), 'agents-may-approve-sweeps');
  expect(statements.map(({ Action: action }) => action)).toEqual([['dynamodb:GetItem', 'dynamodb:Query'], 'dynamodb:PutItem']);
  expect(keysOf(named(statements, 'ReadLists'))).toBe('agenda,agenda-list#*');
  expect(keysOf(named(statements, 'Approve'))).toBe('agenda-approval');
  expect(JSON.stringify(named(statements, 'Approve').Condition)).toContain(':role/aws-reserved/sso.amazonaws.com/*');
  const { registry, stack } = platform();
  expect(stack.resolve(new iam.Group(stack, 'Approvers', { managedPolicies: [registry.mayApproveSweeps] }).groupName)).toBeDefined();
});
