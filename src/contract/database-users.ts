import { createHash } from 'node:crypto';

/** How an agent's user of a database logs in. */
export const DATABASE_LOGINS = ['iam', 'password'] as const;
export type DatabaseLogin = (typeof DATABASE_LOGINS)[number];

/** Bytes of a name in PostgreSQL. https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS */
const LONGEST_NAME = 63;
const HASH_LENGTH = 12;

/**
 * A name of a user, a role or a database that is allowed: no character of it could end a quoted name or a text in SQL, and it is the same in any encoding. Names that begin with `pg_` or `rds` are PostgreSQL's and
 * Amazon's.
 */
export const DATABASE_NAME = /^(?!pg_|rds|public$)[A-Za-z_][A-Za-z0-9_-]{0,62}$/i;

/** Roles that an agent's user may have at most. */
export const MOST_DATABASE_ROLES = 10;

/** The role that keeps what agents owned, unless another one is named. */
export const KEEPER = 'nhi_left_agents';

/** Comment of a role that may keep what agents owned. Nothing of a left agent is ever given to a role without it. */
export const KEEPER_MARK = 'cdk-nhi-lifecycle keeper';

/** Comment of a user that is an agent's. Only who administers the database can write it, so it says whose the user is. Names of registries and agents have no slash. */
export function databaseMark({
  registry, account, agentName,
}: { readonly registry: string; readonly account: string; readonly agentName: string }): string {
  return `cdk-nhi-lifecycle agent ${registry}/${account}/${agentName}`;
}

/** Name of an agent's user in a stage. It can be read, and the digest at its end tells apart what the readable part does not. */
export function databaseUserName(registryName: string, agentName: string, stageName: string, id: string): string {
  const digest = createHash('sha256').update([registryName, agentName, stageName, id].join('/')).digest('hex').slice(0, HASH_LENGTH);
  return `${`agent_${agentName}_${stageName}_${id}`.replace(/[^a-z0-9]/g, '_').slice(0, LONGEST_NAME - HASH_LENGTH - 1)}_${digest}`;
}

/** Where a user of a database is, and whose. */
export interface DatabaseUserPlace {
  readonly user: string;
  /** ARN of the cluster. */
  readonly cluster: string;
  /** ARN of the secret of a user that administers it. */
  readonly adminSecret: string;
  readonly database: string;
  /** Role that keeps what the user owns. */
  readonly objectsTo: string;
}

/** What the function that makes a user is for, in its environment. */
export interface DatabaseUserSettings extends DatabaseUserPlace {
  readonly registry: string;
  readonly account: string;
  readonly agentName: string;
  readonly login: DatabaseLogin;
  readonly roles: readonly string[];
  /** ARN of the secret that gets the password. Absent if IAM makes the login. */
  readonly secret?: string;
  readonly host?: string;
  readonly port?: string;
}

/** Properties of the custom resource that stands for a user. What its function makes is in the function's environment; these name what a deletion deletes, and change when the user has to. */
export interface DatabaseUserProperties {
  readonly User: string;
  readonly Cluster: string;
  readonly AdminSecret: string;
  readonly Database: string;
  readonly ObjectsTo: string;
  readonly Login: DatabaseLogin;
  readonly Roles: readonly string[];
  readonly Secret?: string;
}

export const DATABASE_USER_RESOURCE_TYPE = 'Custom::AgentDatabaseUser';

/** Variable with `DatabaseUserSettings`. */
export const DATABASE_USER_VARIABLE = 'DATABASE_USER';
