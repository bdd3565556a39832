import { ArnFormat, aws_iam as iam, aws_lambda as lambda, aws_logs as logs, aws_rds as rds, aws_secretsmanager as secretsmanager, CfnResource, Duration, RemovalPolicy, Stack, Tokenization } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { clusterFindings } from './database-cluster';
import { requireId, requireParts } from './own-credential';
import { DATABASE_USER_RESOURCE_TYPE, DATABASE_USER_VARIABLE, databaseUserName, DatabaseUserProperties, DatabaseUserSettings, KEEPER, MOST_DATABASE_ROLES } from '../../../contract/database-users';
import { ownSecretPrefix } from '../../../contract/role-names';
import { AgentStage } from '../../../core';
import { InvalidInputError } from '../../../core/errors';
import { withPath } from '../../../core/scope';
import { shown } from '../../../core/shown';
import { requireAurora, requireDatabaseName } from '../../../revokers/kinds/database';
import { Revoker } from '../../../revokers/revoker';
import { acknowledge, Reasons } from '../../findings/acknowledge';
import { LOGS_WITHOUT_KEY } from '../../findings/reasons';
import { HANDLERS } from '../../lifecycle-registry/handlers';
import { factsOf } from '../../lifecycle-registry/registry-facts';
import { AgentParts } from '../delegation-graph';
import type { ManagedAgentIdentity } from '../managed-agent-identity';

/** How an agent's user of a database logs in. */
export enum DatabaseAuthentication {
  /** With a token of IAM, which is valid for 15 minutes. The user has no password. */
  IAM = 'iam',
  /** With a password that is made and rotated in a secret of the agent's own. Only in stages that allow long-lived keys. */
  PASSWORD = 'password',
}

/** Which database an agent's user is for, and what it may do there. */
export interface AgentDatabaseUserProps {
  /** Cluster of Aurora PostgreSQL with its Data API enabled. The agent's registry names it in `databases`. It must not depend on the agent's compute. */
  readonly cluster: rds.IDatabaseCluster;

  /**
   * Secret with user name and password of a database user that has CREATEROLE, and ADMIN OPTION on `roles` and, for IAM, on `rds_iam`. Two functions read it and nobody else: the one in the agent's stack
   * that makes the user, and the registry's function for revokers. It must not be in the agent's stack.
   */
  readonly adminSecret: secretsmanager.ISecret;

  /** The database to connect to. */
  readonly databaseName: string;

  /** Roles of the database that the user has: 1-10, which exist, and neither administer the database nor are a member of a role that does. The user has these and no others. */
  readonly roles: string[];

  /**
   * How it logs in.
   *
   * @default DatabaseAuthentication.IAM
   */
  readonly authentication?: DatabaseAuthentication;

  /**
   * How old a password gets before it is rotated: whole days, from 1 to 90. Only with a password.
   *
   * @default Duration.days(30)
   */
  readonly rotateEvery?: Duration;

  /**
   * Role of the database that keeps what the user owned when it is dropped. It must not be able to log in or to administer, must be a member of no role, and has the comment `cdk-nhi-lifecycle keeper`.
   *
   * @default - nhi_left_agents, which is created
   */
  readonly objectsTo?: string;
}

const FUNCTION: Reasons = {
  CKV_AWS_115: 'Reserved concurrency would be taken from the account; only CloudFormation and Secrets Manager invoke it',
  CKV_AWS_116: 'CloudFormation gets every failure as a response, and Secrets Manager repeats a rotation',
  CKV_AWS_117: 'It reaches nothing in a VPC: the Data API needs no way to the network of the cluster',
  CKV_AWS_173: 'Encrypted with a key of Lambda; the environment contains names and settings, and no secret',
};
const DEFAULT_DAYS = 30;
const LONGEST_DAYS = 90;

/**
 * A user of a database of Aurora PostgreSQL that is an agent's own. A function of its own makes it after the join, by the RDS Data API, and marks it in the database as this agent's: a user of the same name
 * that somebody else made is not taken over. A suspension locks it and ends its sessions, a move gives the agent another one, and a leave drops it and keeps what it owned. It opens nothing before
 * `user.grantLogin(stage)`.
 *
 * Fails with `WrongClass`, `CredentialIdInvalid`, `DatabaseEngineUnsupported`, `DatabaseNotOfRegistry`, `DatabaseNameInvalid`, `DatabaseRolesInvalid`, `DatabaseRotationInvalid`, `LongLivedKeysForbidden`,
 * `RevokerTwice` or `RevokersTooMany`, and at synthesis with `DataApiDisabled` or `DatabaseIamDisabled`.
 */
export class AgentDatabaseUser extends Construct {
  /** Name of the user in the present stage: at most 63 of [a-z0-9_]. */
  public readonly userName: string;

  /** Name of the secret in the present stage, `<registryName>/<agentName>/<id>-<stage>`, with `host`, `port`, `dbname`, `username` and `password`. Absent with IAM. A leave deletes it. */
  public readonly secretName?: string;

  private readonly parts: AgentParts;
  private readonly agent: ManagedAgentIdentity;
  private readonly cluster: rds.IDatabaseCluster;

  /**
   * @param scope the agent
   * @param id name of the user among the agent's, 2-32 of [a-z0-9-], beginning with a letter, ending with a letter or digit, without --
   * @param props the database, and what it may do there
   */
  constructor(scope: ManagedAgentIdentity, id: string, props: AgentDatabaseUserProps) {
    super(scope, requireId(scope, id, 'database user'));
    const { cluster, adminSecret, databaseName, authentication = DatabaseAuthentication.IAM, rotateEvery, objectsTo = KEEPER } = props ?? {};
    withPath(this, () => requireAurora(cluster));
    this.agent = scope;
    this.parts = requireParts(scope, 'database user');
    this.cluster = cluster;
    const { agentName, registry, stage, lifecycle, credentials } = this.parts;
    const roles = withPath(this, () => checkedRoles(props.roles));
    const withPassword = checkedLogin(this, authentication, stage) === DatabaseAuthentication.PASSWORD;
    this.userName = this.userIn(stage);
    const revoker = withPath(this, () => Revoker.databaseUser(`db-${id}`, { cluster, adminSecret, databaseName, objectsTo, subject: this.userName }));
    credentials.addRevoker(revoker);

    const role = new iam.Role(this, 'Role', {
      description: `Makes the database user ${id} of the agent ${agentName}`, assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
    });
    role.addToPolicy(new iam.PolicyStatement({ sid: 'RunSql', actions: ['rds-data:ExecuteStatement'], resources: [cluster.clusterArn] }));
    role.addToPolicy(new iam.PolicyStatement({ sid: 'SeeOwnStack', actions: ['cloudformation:DescribeStacks'], resources: [Stack.of(this).stackId] }));
    adminSecret.grantRead(role);
    const secret = withPassword ? this.ownSecret(id, role, lifecycle) : undefined;
    this.secretName = secret?.name;

    const { place } = factsOf(registry);
    const settings: DatabaseUserSettings = {
      registry: registry.registryName,
      account: place.account,
      agentName,
      user: this.userName,
      cluster: cluster.clusterArn,
      adminSecret: adminSecret.secretArn,
      database: databaseName,
      objectsTo,
      login: authentication,
      roles,
      ...(secret === undefined ? {} : {
        secret: secret.ref, host: cluster.clusterEndpoint.hostname, port: Tokenization.stringifyNumber(cluster.clusterEndpoint.port),
      }),
    };
    const logGroup = new logs.LogGroup(this, 'Logs', { retention: logs.RetentionDays.ONE_YEAR, removalPolicy: RemovalPolicy.DESTROY });
    acknowledge(logGroup, { checkov: LOGS_WITHOUT_KEY });
    logGroup.grantWrite(role);
    const maker = new lambda.Function(this, 'Function', {
      description: `Makes the database user ${id} of the agent ${agentName}`,
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      memorySize: 256,
      timeout: Duration.minutes(5),
      code: lambda.Code.fromAsset(HANDLERS),
      handler: 'index.databaseUser',
      role,
      logGroup,
      environment: { [DATABASE_USER_VARIABLE]: Stack.of(this).toJsonString(settings) },
    });
    acknowledge(maker, { checkov: FUNCTION });
    const properties: DatabaseUserProperties = {
      User: this.userName,
      Cluster: cluster.clusterArn,
      AdminSecret: adminSecret.secretArn,
      Database: databaseName,
      ObjectsTo: objectsTo,
      Login: authentication,
      Roles: roles,
      ...(secret === undefined ? {} : { Secret: secret.ref }),
    };
    // Each stage has one of its own, so that a move makes another one, and an undone move leaves the former as it is. It exists after the join, and is dropped before the leave looks for it.
    const user = new CfnResource(this, `User-${stage.name}`, { type: DATABASE_USER_RESOURCE_TYPE, properties: { ServiceToken: maker.functionArn, ServiceTimeout: '600', ...properties } });
    user.applyRemovalPolicy(RemovalPolicy.DESTROY);
    user.node.addDependency(lifecycle, maker, role, cluster);
    if (secret !== undefined) {
      this.rotate(secret, user, maker, daysOf(this, rotateEvery));
    } else if (rotateEvery !== undefined) {
      throw new InvalidInputError('DatabaseRotationInvalid', `${this.node.path}: a user whom IAM logs in has no password to rotate: leave out rotateEvery, or use DatabaseAuthentication.PASSWORD`);
    }
    this.node.addValidation({ validate: () => clusterFindings(this.node.path, cluster, !withPassword) });
  }

  /**
   * Grants the agent to log in, in the stages that are named: by IAM as this user (`rds-db:connect`), or to read the user's password.
   *
   * @param stages the stages, each of which has a user of its own
   */
  public grantLogin(...stages: AgentStage[]): void {
    for (const stage of stages) {
      const grantee = this.agent.accessIn(stage);
      const { partition, region, account } = Stack.of(this);
      const [actions, resource] = this.secretName === undefined
        ? [['rds-db:connect'], Stack.of(this).formatArn({ service: 'rds-db', resource: 'dbuser', resourceName: `${this.cluster.clusterResourceIdentifier}/${this.userIn(stage)}`, arnFormat: ArnFormat.COLON_RESOURCE_NAME })]
        // Secrets Manager ends an ARN with a hyphen and six random characters.
        : [['secretsmanager:GetSecretValue'], `arn:${partition}:secretsmanager:${region}:${account}:secret:${this.secretIn(stage)}-??????`];
      iam.Grant.addToPrincipal({ grantee, actions, resourceArns: [resource] });
    }
  }

  private userIn(stage: AgentStage): string {
    const { registry, agentName } = this.parts;
    return databaseUserName(registry.registryName, agentName, stage.name, this.node.id);
  }

  private secretIn(stage: AgentStage): string {
    const { registry, agentName } = this.parts;
    return `${ownSecretPrefix(registry.registryName, agentName)}${this.node.id}-${stage.name}`;
  }

  /** It has no value until the function writes one. */
  private ownSecret(id: string, role: iam.Role, lifecycle: CfnResource): secretsmanager.CfnSecret & { readonly name: string } {
    const { agentName, stage, credentials } = this.parts;
    const name = this.secretIn(stage);
    const secret = new secretsmanager.CfnSecret(this, `Secret-${stage.name}`, { name, description: `Database user ${id} of the agent ${agentName}, made and rotated by its function` });
    secret.applyRemovalPolicy(RemovalPolicy.DESTROY);
    secret.node.addDependency(lifecycle);
    credentials.addSecret(name);
    role.addToPolicy(new iam.PolicyStatement({
      sid: 'WriteOwnSecret', actions: ['secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue', 'secretsmanager:PutSecretValue', 'secretsmanager:UpdateSecretVersionStage'], resources: [secret.ref],
    }));
    return secret as secretsmanager.CfnSecret & { readonly name: string };
  }

  private rotate(secret: secretsmanager.CfnSecret, user: CfnResource, maker: lambda.Function, days: number): void {
    const { stage } = this.parts;
    const permission = new lambda.CfnPermission(this, `Rotated-${stage.name}`, {
      action: 'lambda:InvokeFunction', functionName: maker.functionArn, principal: 'secretsmanager.amazonaws.com', sourceArn: secret.ref, sourceAccount: Stack.of(this).account,
    });
    const schedule = new secretsmanager.CfnRotationSchedule(this, `Rotation-${stage.name}`, {
      secretId: secret.ref, rotationLambdaArn: maker.functionArn, rotationRules: { automaticallyAfterDays: days }, rotateImmediatelyOnUpdate: false,
    });
    schedule.node.addDependency(permission, user);
  }
}

/** @throws InvalidInputError `DatabaseRolesInvalid`, `DatabaseNameInvalid` */
function checkedRoles(roles: readonly string[] | undefined): string[] {
  if (!Array.isArray(roles) || roles.length === 0 || roles.length > MOST_DATABASE_ROLES) {
    throw new InvalidInputError('DatabaseRolesInvalid', `roles ${shown(roles)} are not allowed: name 1-${MOST_DATABASE_ROLES} roles of the database`);
  }
  return [...new Set(roles.map((role) => requireDatabaseName('a role', role)))].sort();
}

/** @throws InvalidInputError `WrongClass`, `LongLivedKeysForbidden` */
function checkedLogin({ node }: Construct, authentication: DatabaseAuthentication, stage: AgentStage): DatabaseAuthentication {
  if (!Object.values(DatabaseAuthentication).includes(authentication)) {
    throw new InvalidInputError('WrongClass', `${node.path}: authentication ${shown(authentication)} is not allowed: use a member of DatabaseAuthentication`);
  }
  if (authentication === DatabaseAuthentication.PASSWORD && !stage.profile.longLivedKeysAllowed) {
    throw new InvalidInputError('LongLivedKeysForbidden', `${node.path}: the stage ${stage.name} allows no long-lived keys, and a password works until it is rotated: use DatabaseAuthentication.IAM, or a stage with longLivedKeysAllowed`);
  }
  return authentication;
}

/** @throws InvalidInputError `DatabaseRotationInvalid` */
function daysOf({ node }: Construct, rotateEvery = Duration.days(DEFAULT_DAYS)): number {
  const days = rotateEvery.toDays({ integral: false });
  if (!Number.isInteger(days) || days < 1 || days > LONGEST_DAYS) {
    throw new InvalidInputError('DatabaseRotationInvalid', `${node.path}: a rotation every ${days} days is not allowed: use whole days from 1 to ${LONGEST_DAYS}`);
  }
  return days;
}
