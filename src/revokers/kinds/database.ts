import { aws_rds as rds, aws_secretsmanager as secretsmanager } from 'aws-cdk-lib';
import { DATABASE_NAME, KEEPER } from '../../contract/database-users';
import { InvalidInputError } from '../../core/errors';
import { requireLiteral } from '../../core/literal';
import { requireOneName } from '../../core/one-name';
import { shown } from '../../core/shown';
import { factsWith, invalid, plainLiteral, requiredSecret } from '../checks';
import { RevokerFacts, SuspendableRevokerProps } from '../revoker-props';

/** A user of a database that is an agent's. Its name is the `subject`. */
export interface DatabaseUserRevokerProps extends SuspendableRevokerProps {
  /** Aurora cluster with PostgreSQL, with its Data API enabled, that the agent's registry names in `databases`. */
  readonly cluster: rds.IDatabaseCluster;

  /**
   * Secret with user name and password of a database user that has CREATEROLE, in the form that RDS has for secrets. The registry's function for revokers must be able to read it: its policy is changed for
   * that, where this app can change it.
   */
  readonly adminSecret: secretsmanager.ISecret;

  /** The database to connect to. The user is looked for, and its sessions are ended, in all databases of the cluster. */
  readonly databaseName: string;

  /**
   * Role of the database that keeps what the user owned. It must not be able to log in or to administer, must be a member of no role, and has the comment `cdk-nhi-lifecycle keeper`.
   *
   * @default - nhi_left_agents, which is created
   */
  readonly objectsTo?: string;
}

/** @throws InvalidInputError `RevokerInvalid`, `DatabaseNameInvalid`, `DatabaseEngineUnsupported`, `WrongClass`, `WildcardName`, and what texts fail with */
export function databaseFacts(id: string, props: DatabaseUserRevokerProps): RevokerFacts {
  const { cluster, databaseName, objectsTo = KEEPER, onSuspend = true } = props;
  requireAurora(cluster);
  const subject = requireDatabaseName('the subject, which is the user\'s name,', props.subject);
  if (subject === objectsTo) {
    throw invalid(`the revoker ${shown(id)} that gives what ${subject} owns to itself`, 'another role in objectsTo');
  }
  const { secretArn, ...secret } = requiredSecret(id, { secret: props.adminSecret });
  const clusterArn = requireOneName('the cluster of a revoker', cluster.clusterArn);
  return factsWith(id, props, {
    kind: 'database',
    onSuspend,
    ...secret,
    clusters: [cluster],
    settings: { clusterArn, secretArn, database: plainLiteral('the databaseName', databaseName), objectsTo: requireDatabaseName('objectsTo', objectsTo) },
  });
}

/** @throws InvalidInputError `WrongClass`, `DatabaseEngineUnsupported` */
export function requireAurora(cluster: rds.IDatabaseCluster | undefined): void {
  if (typeof cluster?.clusterArn !== 'string') {
    throw new InvalidInputError('WrongClass', `cluster must be a cluster of Aurora, received ${shown(cluster)}: use rds.DatabaseCluster, or DatabaseCluster.fromDatabaseClusterAttributes(). RDS has no Data API for single instances: use Revoker.lambda() for a user of one`);
  }
  const type = cluster.engine?.engineType;
  if (type !== undefined && type !== 'aurora-postgresql') {
    throw new InvalidInputError('DatabaseEngineUnsupported', `${cluster.node.path}: the engine ${shown(type)} is not supported: use Aurora PostgreSQL, or a function of yours with Revoker.lambda()`);
  }
}

/** @throws InvalidInputError `DatabaseNameInvalid`, `LiteralRequired` */
export function requireDatabaseName(what: string, name: string | undefined): string {
  if (typeof name !== 'string' || !DATABASE_NAME.test(requireLiteral(what, name))) {
    throw new InvalidInputError('DatabaseNameInvalid', `${what} ${shown(name)} is not allowed: use 1-63 of [A-Za-z0-9_-], beginning with a letter or _, and not with pg_ or rds, which administer the database`);
  }
  return name;
}
