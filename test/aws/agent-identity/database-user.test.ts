import { App, aws_ec2 as ec2, aws_rds as rds, aws_secretsmanager as secretsmanager, Duration, Stack, Validations } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { agentIn, codeOf, ENV, Found, only, PRODUCTION, synthError, TEST } from './agents';
import { AgentDatabaseUser, AgentDatabaseUserProps, DatabaseAuthentication, ManagedAgentIdentity, ManagedAgentIdentityProps } from '../../../src/aws/agent-identity';
import { AgentGuardrails, GuardrailSeverity } from '../../../src/aws/guardrails';
import { LifecycleRegistry } from '../../../src/aws/lifecycle-registry';
import { AgentStage } from '../../../src/core';
import { Revoker } from '../../../src/revokers';

const CLUSTER_ARN = { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':rds:eu-west-1:111122223333:cluster:orders']] };
const SECRET_ARN = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:orders-admin-AbCdEf';
const LAB = AgentStage.of('lab', { longLivedKeysAllowed: true });
const USER = /^agent_invoice_bot_test_orders_[0-9a-f]{12}$/;

interface Built {
  readonly stack: Stack;
  readonly cluster: rds.IDatabaseCluster;
  readonly adminSecret: secretsmanager.ISecret;
  readonly bot: ManagedAgentIdentity;
}

const imported = (stack: Stack, clusterIdentifier = 'orders'): rds.IDatabaseCluster => rds.DatabaseCluster.fromDatabaseClusterAttributes(stack, `Cluster-${clusterIdentifier}`, {
  clusterIdentifier, clusterResourceIdentifier: 'cluster-ABC123', clusterEndpointAddress: 'orders.example.com', port: 5432, engine: rds.DatabaseClusterEngine.AURORA_POSTGRESQL,
});

function built(props: Partial<ManagedAgentIdentityProps> = {}): Built {
  const stack = new Stack(new App(), 'Own', { env: ENV });
  const cluster = imported(stack);
  new LifecycleRegistry(stack, 'Registry', { stages: [LAB], databases: [cluster] });
  return { stack, cluster, adminSecret: secretsmanager.Secret.fromSecretCompleteArn(stack, 'Admin', SECRET_ARN), bot: agentIn(stack, props) };
}

const userOf = ({ bot, cluster, adminSecret }: Built, props: Partial<AgentDatabaseUserProps> = {}, id = 'orders'): AgentDatabaseUser => (
  new AgentDatabaseUser(bot, id, { cluster, adminSecret, databaseName: 'orders', roles: ['orders_reader'], ...props }));
const PASSWORD: Partial<AgentDatabaseUserProps> = { authentication: DatabaseAuthentication.PASSWORD };
const lifecycleOf = (template: Template): Found => only(template, 'Custom::AgentLifecycle');
const makerOf = (template: Template): Found => only(template, 'AWS::Lambda::Function', 'BotordersFunction');
const makerStatements = (template: Template): unknown[] => only(template, 'AWS::IAM::Policy', 'BotordersRole').Properties.PolicyDocument.Statement;
/** What the agent is granted besides what all are. */
const accessOf = (template: Template): { Action: unknown; Resource: unknown }[] => Object.entries(template.findResources('AWS::IAM::Policy')).filter(([id]) => id.startsWith('AccessInvoiceBot') || id.includes('Access'))
  .flatMap(([, { Properties: { PolicyDocument: document } }]) => document.Statement).filter(({ Effect }: { Effect: string }) => Effect === 'Allow');

describe('a user whom IAM logs in', () => {
  test('is made after the join, by a function of its own, and has no secret', () => {
    const one = built();
    const user = userOf(one);
    const template = Template.fromStack(one.stack);
    expect(user.userName).toMatch(USER);
    const { Properties: properties, DependsOn: dependsOn } = only(template, 'Custom::AgentDatabaseUser');
    expect(properties).toEqual({
      ServiceToken: { 'Fn::GetAtt': [makerOf(template).LogicalId, 'Arn'] }, ServiceTimeout: '600', User: user.userName, Cluster: CLUSTER_ARN, AdminSecret: SECRET_ARN, Database: 'orders', ObjectsTo: 'nhi_left_agents', Login: 'iam', Roles: ['orders_reader'],
    });
    expect(dependsOn).toEqual(expect.arrayContaining([lifecycleOf(template).LogicalId, makerOf(template).LogicalId, only(template, 'AWS::IAM::Policy', 'BotordersRole').LogicalId]));
    expect(user.secretName).toBeUndefined();
    expect(Object.values(template.findResources('AWS::SecretsManager::Secret')).map(({ Properties: { Name: name } }) => name)).not.toContainEqual(expect.stringContaining('agents/invoice-bot/'));
    expect(lifecycleOf(template).Properties.OwnSecrets).toBeUndefined();
  });

  test('is a revoker of its agent, with references to cluster and secret only', () => {
    const one = built({ revokers: [] });
    const { userName } = userOf(one);
    expect(lifecycleOf(Template.fromStack(one.stack)).Properties.Revokers).toEqual([{
      Id: 'db-orders', Kind: 'database', OnSuspend: 'true', Settings: { clusterArn: CLUSTER_ARN, secretArn: SECRET_ARN, database: 'orders', objectsTo: 'nhi_left_agents', subject: userName },
    }]);
  });

  test('its function may run statements on this cluster, read this secret, see its own stack and write its logs, and nothing else', () => {
    const one = built();
    userOf(one);
    const template = Template.fromStack(one.stack);
    expect(makerStatements(template)).toEqual([
      { Sid: 'RunSql', Effect: 'Allow', Action: 'rds-data:ExecuteStatement', Resource: CLUSTER_ARN },
      { Sid: 'SeeOwnStack', Effect: 'Allow', Action: 'cloudformation:DescribeStacks', Resource: { Ref: 'AWS::StackId' } },
      { Effect: 'Allow', Action: ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'], Resource: SECRET_ARN },
      { Effect: 'Allow', Action: ['logs:CreateLogStream', 'logs:PutLogEvents'], Resource: { 'Fn::GetAtt': [expect.stringContaining('BotordersLogs'), 'Arn'] } },
    ]);
    const role = only(template, 'AWS::IAM::Role', 'BotordersRole').Properties;
    expect([role.ManagedPolicyArns, role.Policies]).toEqual([undefined, undefined]);
  });

  test('the agent logs in as exactly this user in the stages that are granted, each of which has one of its own', () => {
    const one = built();
    const user = userOf(one);
    user.grantLogin(TEST, LAB);
    const template = Template.fromStack(one.stack);
    const connects = JSON.stringify(accessOf(template).filter(({ Action: action }) => action === 'rds-db:connect').map(({ Resource: resource }) => resource));
    expect(connects).toContain(`:rds-db:eu-west-1:111122223333:dbuser:cluster-ABC123/${user.userName}"`);
    expect(connects).not.toContain('*');
    expect(connects).not.toContain('_lab_');
    expect(synthError(one.stack)).toBe('');
  });

  test('opens nothing without a grant', () => {
    const one = built();
    userOf(one);
    expect(JSON.stringify(accessOf(Template.fromStack(one.stack)))).not.toContain('rds-db');
  });

  test('a grant for a later stage says the same before and after the move', () => {
    const digestIn = (stage: AgentStage): string => {
      const one = built({ stage });
      userOf(one).grantLogin(LAB);
      return lifecycleOf(Template.fromStack(one.stack)).Properties.Access.Stages.find(({ Stage }: { Stage: string }) => Stage === 'lab').Digest;
    };
    expect(digestIn(TEST)).toBe(digestIn(LAB));
  });

  test('each stage has another user under another logical id, so that a move makes one and undoes nothing of the former', () => {
    const of = (stage: AgentStage): [string, string] => {
      const one = built({ stage });
      const { userName } = userOf(one);
      return [userName, only(Template.fromStack(one.stack), 'Custom::AgentDatabaseUser').LogicalId];
    };
    const [[test_, testId], [lab, labId]] = [of(TEST), of(LAB)];
    expect([test_ === lab, testId === labId]).toEqual([false, false]);
  });
});

describe('a user with a password', () => {
  test('has an empty secret of the agent\'s own, which its function fills and rotates', () => {
    const one = built();
    const user = userOf(one, { ...PASSWORD, rotateEvery: Duration.days(7) });
    const template = Template.fromStack(one.stack);
    const secret = only(template, 'AWS::SecretsManager::Secret', 'Botorders');
    expect(user.secretName).toBe('agents/invoice-bot/orders-test');
    expect(secret.Properties).toEqual({ Name: user.secretName, Description: expect.any(String) });
    expect(secret.DependsOn).toEqual([lifecycleOf(template).LogicalId]);
    expect(lifecycleOf(template).Properties.OwnSecrets).toEqual([user.secretName]);
    template.hasResource('AWS::SecretsManager::RotationSchedule', {
      Properties: { SecretId: { Ref: secret.LogicalId }, RotationLambdaARN: { 'Fn::GetAtt': [makerOf(template).LogicalId, 'Arn'] }, RotationRules: { AutomaticallyAfterDays: 7 }, RotateImmediatelyOnUpdate: false },
      DependsOn: Match.arrayWith([only(template, 'Custom::AgentDatabaseUser').LogicalId]),
    });
    template.hasResourceProperties('AWS::Lambda::Permission', { Principal: 'secretsmanager.amazonaws.com', SourceArn: { Ref: secret.LogicalId }, SourceAccount: '111122223333', FunctionName: { 'Fn::GetAtt': [makerOf(template).LogicalId, 'Arn'] } });
    expect(makerStatements(template)).toContainEqual({
      Sid: 'WriteOwnSecret', Effect: 'Allow', Resource: { Ref: secret.LogicalId }, Action: ['secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue', 'secretsmanager:PutSecretValue', 'secretsmanager:UpdateSecretVersionStage'],
    });
    expect(Object.keys(secret.Properties)).not.toEqual(expect.arrayContaining([expect.stringContaining('SecretString')]));
    expect(JSON.stringify(template.toJSON())).not.toMatch(/resolve:secretsmanager:|"SecretString"/);
  });

  test('the agent reads it in the stages that are granted', () => {
    const one = built();
    userOf(one, PASSWORD).grantLogin(TEST);
    const [read] = accessOf(Template.fromStack(one.stack)).filter(({ Action: action }) => action === 'secretsmanager:GetSecretValue');
    expect(JSON.stringify(read.Resource)).toContain(':secret:agents/invoice-bot/orders-test-??????');
    expect(synthError(one.stack)).toBe('');
  });

  test('needs a stage that allows long-lived keys', () => {
    expect(codeOf(() => userOf(built({ stage: PRODUCTION }), PASSWORD))).toBe('LongLivedKeysForbidden');
    expect(codeOf(() => userOf(built({ stage: PRODUCTION })))).toBeUndefined();
  });
});

describe('the registry', () => {
  const revokerStatements = (databases?: rds.IDatabaseCluster[], stack = new Stack(new App(), 'Platform', { env: ENV })): string => {
    new LifecycleRegistry(stack, 'Registry', { databases });
    return JSON.stringify(Object.values(Template.fromStack(stack).findResources('AWS::IAM::Role', { Properties: { RoleName: 'agents-nhi-revokers' } })));
  };

  test('lets its function for revokers run statements on the clusters that it names, and on no other', () => {
    const stack = new Stack(new App(), 'Platform', { env: ENV });
    const statements = revokerStatements([imported(stack)], stack);
    expect(statements).toContain(`{"Action":"rds-data:ExecuteStatement","Effect":"Allow","Resource":${JSON.stringify(CLUSTER_ARN)},"Sid":"RunSql"}`);
    expect(revokerStatements()).not.toContain('rds-data');
  });

  test('must name the cluster', () => {
    const one = built();
    expect(codeOf(() => userOf(one, { cluster: imported(one.stack, 'others') }))).toBe('DatabaseNotOfRegistry');
    const two = built();
    expect(codeOf(() => agentIn(two.stack, { agentName: 'second-bot', revokers: [Revoker.databaseUser('db', { cluster: imported(two.stack, 'others'), adminSecret: two.adminSecret, databaseName: 'orders', subject: 'bot' })] }, 'Second'))).toBe('DatabaseNotOfRegistry');
    // The same cluster, imported once more.
    const three = built();
    expect(codeOf(() => userOf(three, { cluster: rds.DatabaseCluster.fromDatabaseClusterAttributes(three.stack, 'Again', { clusterIdentifier: 'orders', clusterResourceIdentifier: 'cluster-ABC123' }) }))).toBeUndefined();
  });

  test('refuses what is no cluster of Aurora PostgreSQL, and too many', () => {
    const stack = new Stack();
    expect(codeOf(() => new LifecycleRegistry(stack, 'One', { databases: [{} as never] }))).toBe('WrongClass');
    expect(codeOf(() => new LifecycleRegistry(stack, 'Two', { databases: Array.from({ length: 21 }, (_, index) => imported(stack, `c${index}`)) }))).toBe('DatabasesInvalid');
  });
});

describe('misuse', () => {
  const mysql = ({ stack }: Built): rds.IDatabaseCluster => rds.DatabaseCluster.fromDatabaseClusterAttributes(stack, 'MySql', { clusterIdentifier: 'orders', engine: rds.DatabaseClusterEngine.AURORA_MYSQL });
  test.each<[code: string, props: (one: Built) => Partial<AgentDatabaseUserProps>]>([
    ['DatabaseRolesInvalid', () => ({ roles: [] })],
    ['DatabaseRolesInvalid', () => ({ roles: Array.from({ length: 11 }, (_, index) => `r${index}`) })],
    ['DatabaseRolesInvalid', () => ({ roles: 'orders_reader' as never })],
    ['DatabaseNameInvalid', () => ({ roles: ['rds_superuser'] })],
    ['DatabaseNameInvalid', () => ({ roles: ['PG_read_all_data'] })],
    ['DatabaseNameInvalid', () => ({ roles: ['a"; DROP'] })],
    ['DatabaseNameInvalid', () => ({ objectsTo: 'rds_superuser' })],
    ['DatabaseEngineUnsupported', (one) => ({ cluster: mysql(one) })],
    ['WrongClass', () => ({ cluster: {} as never })],
    ['WrongClass', () => ({ adminSecret: 'arn' as never })],
    ['WrongClass', () => ({ authentication: 'kerberos' as never })],
    ['DatabaseRotationInvalid', () => ({ rotateEvery: Duration.days(7) })],
    ['DatabaseRotationInvalid', () => ({ ...PASSWORD, rotateEvery: Duration.days(91) })],
    ['DatabaseRotationInvalid', () => ({ ...PASSWORD, rotateEvery: Duration.hours(36) })],
    ['RevokerInvalid', () => ({ databaseName: '' })],
  ])('fails with %s', (code, props) => {
    const one = built();
    expect(codeOf(() => userOf(one, props(one)))).toBe(code);
  });

  test('the scope must be an agent, and ids are its names', () => {
    const one = built();
    expect(codeOf(() => userOf({ ...one, bot: one.stack as never }))).toBe('WrongClass');
    expect(codeOf(() => userOf(one, {}, 'Orders'))).toBe('CredentialIdInvalid');
  });

  test('a revoker of the same id, or one too many, is refused', () => {
    const revoker = (id: string): Revoker => Revoker.queue(id, { workerName: 'directory' });
    expect(codeOf(() => userOf(built({ revokers: [revoker('db-orders')] })))).toBe('RevokerTwice');
    expect(codeOf(() => userOf(built({ revokers: Array.from({ length: 10 }, (_, index) => revoker(`worker-${index}`)) })))).toBe('RevokersTooMany');
    expect(codeOf(() => userOf(built({ revokers: Array.from({ length: 9 }, (_, index) => revoker(`worker-${index}`)) })))).toBeUndefined();
  });
});

describe('a cluster of the app', () => {
  function appWith(props: Partial<rds.DatabaseClusterProps>, ofUser: Partial<AgentDatabaseUserProps> = {}): Stack {
    const stack = new Stack(new App(), 'Own', { env: ENV });
    const vpc = { vpcId: 'vpc-1', availabilityZones: ['a', 'b'], privateSubnetIds: ['s-1', 's-2'] };
    const cluster = new rds.DatabaseCluster(stack, 'Cluster', {
      engine: rds.DatabaseClusterEngine.auroraPostgres({ version: rds.AuroraPostgresEngineVersion.VER_16_6 }),
      writer: rds.ClusterInstance.serverlessV2('writer'),
      vpc: ec2.Vpc.fromVpcAttributes(stack, 'Vpc', vpc),
      vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
      ...props,
    });
    new LifecycleRegistry(stack, 'Registry', { databases: [cluster] });
    userOf({ stack, cluster, adminSecret: secretsmanager.Secret.fromSecretCompleteArn(stack, 'Admin', SECRET_ARN), bot: agentIn(stack) }, ofUser).grantLogin(TEST);
    return stack;
  }
  const clusterIn = (props: Partial<rds.DatabaseClusterProps>): string => synthError(appWith(props));

  test('needs its Data API, and logins by IAM where the user has no password', () => {
    expect(clusterIn({ enableDataApi: true, iamAuthentication: true })).toBe('');
    expect(clusterIn({ iamAuthentication: true })).toContain('DataApiDisabled');
    expect(clusterIn({ enableDataApi: true })).toContain('DatabaseIamDisabled');
  });

  test('tells its function the address of the writer by reference', () => {
    const template = Template.fromStack(appWith({ enableDataApi: true }, PASSWORD));
    const settings = JSON.stringify(makerOf(template).Properties.Environment.Variables.DATABASE_USER);
    const [cluster] = Object.keys(template.findResources('AWS::RDS::DBCluster'));
    expect(settings).toContain(`{"Fn::GetAtt":["${cluster}","Endpoint.Address"]}`);
    expect(settings).toContain(`{"Fn::GetAtt":["${cluster}","Endpoint.Port"]}`);
  });
});

test('a secret of the app lets the two functions read it, and nobody else', () => {
  const app = new App();
  const [vault, stack] = ['Vault', 'Own'].map((id) => new Stack(app, id, { env: ENV }));
  const cluster = imported(stack);
  new LifecycleRegistry(stack, 'Registry', { databases: [cluster] });
  const adminSecret = new secretsmanager.Secret(vault, 'Secret', { secretName: 'orders-admin' });
  userOf({ stack, cluster, adminSecret, bot: agentIn(stack) }).grantLogin(TEST);
  const [statement, ...others] = only(Template.fromStack(vault), 'AWS::SecretsManager::ResourcePolicy').Properties.ResourcePolicy.Statement;
  expect(others).toEqual([]);
  expect(JSON.stringify(statement)).toContain(':role/agents-nhi-revokers');
  expect(statement.Action).toBe('secretsmanager:GetSecretValue');
  const roles = Object.entries(Template.fromStack(stack).findResources('AWS::IAM::Policy')).filter(([, policy]) => JSON.stringify(policy).includes('ExportsOutputRefSecret'));
  expect(roles.map(([id]) => id)).toEqual([expect.stringContaining('BotordersRole')]);
  expect(statement.Effect).toBe('Allow');
});

test('guardrails find nothing in what it makes, and find a secret beside it that nothing rotates', () => {
  const findingsOf = (build: (one: Built) => unknown): string => {
    const one = built();
    Validations.of(one.stack).addPlugins(new AgentGuardrails({ failFrom: GuardrailSeverity.LOW }));
    build(one);
    return synthError(one.stack);
  };
  expect(findingsOf((one) => userOf(one, PASSWORD).grantLogin(TEST))).not.toContain('Botorders');
  expect(findingsOf((one) => userOf(one).grantLogin(TEST))).not.toContain('Botorders');
  expect(findingsOf((one) => new secretsmanager.Secret(one.stack, 'Botorders'))).toContain('Botorders');
});
