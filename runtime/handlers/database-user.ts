import { createHash } from 'node:crypto';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';
import { client } from './clients';
import { databaseUserAt } from './database-access';
import { required } from './environment';
import { logger } from './telemetry';
import { DATABASE_LOGINS, DATABASE_NAME, DATABASE_USER_VARIABLE, databaseMark, DatabaseUserPlace, DatabaseUserProperties, DatabaseUserSettings } from '../../src/contract/database-users';
import { InvalidInputError, NhiError, RetryableError } from '../../src/core/errors';
import { checkResponseUrl, Envelope, envelope, sendResponse } from '../aws/cloudformation';
import { DatabaseUser, OwnPassword, RAISED, SqlFailed } from '../databases';
import { errorName, NotDone } from '../revokers';

const name = z.string().regex(DATABASE_NAME);
const settings = z.object({
  registry: z.string(),
  account: z.string(),
  agentName: z.string(),
  user: name,
  cluster: z.string(),
  adminSecret: z.string(),
  database: z.string(),
  objectsTo: name,
  login: z.enum(DATABASE_LOGINS),
  roles: z.array(name),
  secret: z.string().optional(),
  host: z.string().optional(),
  port: z.string().optional(),
}) satisfies z.ZodType<DatabaseUserSettings>;
const properties = z.object({ User: name, Cluster: z.string(), AdminSecret: z.string(), Database: z.string(), ObjectsTo: name });
const rotation = z.object({ SecretId: z.string(), ClientRequestToken: z.string().min(32).max(64), Step: z.enum(['createSecret', 'setSecret', 'testSecret', 'finishSecret']) });

/**
 * Makes the user of a database of one agent, gives it another password, and drops it. Which user, roles and secret is in the function's environment, and whose in its mark in the database: who invokes the
 * function by hand gets nothing that the agent was not declared with.
 *
 * @throws InvalidInputError `RotationUnknown` for a rotation that Secrets Manager has not begun
 */
export async function databaseUser(event: unknown): Promise<void> {
  const declared = settings.parse(JSON.parse(required(DATABASE_USER_VARIABLE)));
  const asked = rotation.safeParse(event);
  return asked.success ? rotate(declared, asked.data) : respond(declared, envelope.parse(event));
}

async function rotate(declared: DatabaseUserSettings, { SecretId, ClientRequestToken: token, Step: step }: z.infer<typeof rotation>): Promise<void> {
  const password = passwordOf(declared);
  if (password === undefined || SecretId !== declared.secret || !await password.isAsked(token)) {
    throw new InvalidInputError('RotationUnknown', `Secrets Manager has not begun this rotation of ${declared.user}, or has ended it: rotate its secret in Secrets Manager`);
  }
  const steps: Readonly<Record<typeof step, () => Promise<void>>> = {
    createSecret: () => password.create(token),
    setSecret: () => password.set(token),
    // Nothing here has a way to the database's network.
    testSecret: async () => undefined,
    finishSecret: () => password.finish(token),
  };
  await steps[step]();
  logger.info('database user', { user: declared.user, rotation: step });
}

async function respond(declared: DatabaseUserSettings, event: Envelope): Promise<void> {
  const url = checkResponseUrl(event.ResponseURL, process.env.AWS_ENDPOINT_URL);
  const { RequestType: kind, StackId, RequestId, LogicalResourceId } = event;
  const id = kind === 'Delete' ? event.PhysicalResourceId ?? declared.user : physicalId(declared);
  const address = { PhysicalResourceId: id, StackId, RequestId, LogicalResourceId };
  const failure = await failureOf(() => (kind === 'Delete' ? deleted(declared, event) : made(declared, event)));
  logger.info('database user', { kind, user: declared.user, ...(failure === undefined ? {} : { failure: failure.toString() }) });
  await sendResponse(url, failure === undefined ? { Status: 'SUCCESS', ...address } : { Status: 'FAILED', Reason: failure.toString(), ...address });
}

/** @throws RetryableError `DatabaseUserNotMade` */
async function made(declared: DatabaseUserSettings, { RequestType: kind, RequestId: token }: Envelope): Promise<void> {
  try {
    await userAt(declared, declared, kind === 'Create').make(declared.roles, declared.login, kind === 'Create');
    const password = passwordOf(declared);
    if (password !== undefined && (kind === 'Create' || !await password.isSet())) {
      await password.change(token);
    }
  } catch (error) {
    throw new RetryableError('DatabaseUserNotMade', `${declared.user} of ${declared.cluster}: ${reasonOf(error)}`);
  }
}

/** @throws RetryableError `DatabaseUserNotDropped` */
async function deleted(declared: DatabaseUserSettings, { StackId, ResourceProperties: given }: Envelope): Promise<void> {
  try {
    const { User: user, Cluster: cluster, AdminSecret: adminSecret, Database: database, ObjectsTo: objectsTo } = properties.parse(given) satisfies Omit<DatabaseUserProperties, 'Login' | 'Roles'>;
    await userAt(declared, { user, cluster, adminSecret, database }).drop(objectsTo);
  } catch (error) {
    // A creation that failed because the user is somebody else's is deleted too, and a leave looks for the user again and repeats what failed: a database that is stopped must not hold up the leave.
    const isForeign = error instanceof SqlFailed && error.sqlState === RAISED.foreign;
    if (!isForeign && !await isLeaving(StackId)) {
      throw new RetryableError('DatabaseUserNotDropped', reasonOf(error));
    }
    logger.warn('the user was not dropped', { reason: reasonOf(error) });
  }
}

async function isLeaving(stackId: string): Promise<boolean> {
  const { Stacks: [stack] = [] } = await client(CloudFormationClient).send(new DescribeStacksCommand({ StackName: stackId }));
  return stack?.StackStatus === 'DELETE_IN_PROGRESS';
}

function userAt({ registry, account, agentName }: DatabaseUserSettings, place: Omit<DatabaseUserPlace, 'objectsTo'>, isNewRole = false): DatabaseUser {
  return databaseUserAt(place, databaseMark({ registry, account, agentName }), isNewRole);
}

function passwordOf(declared: DatabaseUserSettings): OwnPassword | undefined {
  return declared.secret === undefined ? undefined : new OwnPassword(
    client(SecretsManagerClient), declared.secret, userAt(declared, declared), declared,
  );
}

/** A user of another cluster or database is another resource. */
function physicalId({ user, cluster, database }: DatabaseUserSettings): string {
  return `${user}.${createHash('sha256').update(JSON.stringify([cluster, database])).digest('hex').slice(0, 12)}`;
}

async function failureOf(work: () => Promise<void>): Promise<NhiError | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    return error instanceof NhiError ? error : new RetryableError('DatabaseUserFailed', errorName(error));
  }
}

/** Words of ours: a message of AWS or of the database may hold what somebody wrote. */
function reasonOf(error: unknown): string {
  return error instanceof NotDone ? error.message : errorName(error);
}
