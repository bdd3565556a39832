import { randomBytes } from 'node:crypto';
import { DescribeSecretCommand, GetSecretValueCommand, PutSecretValueCommand, SecretsManagerClient, UpdateSecretVersionStageCommand } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';
import { UserOfDatabase } from '../revokers/kind';
import { errorName, NotDone } from '../revokers/not-done';

/** What a client of the database needs, in the form that Secrets Manager has for databases. https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_secret_json_structure.html */
interface Connection {
  readonly host?: string;
  readonly port?: string;
  readonly database: string;
  readonly user: string;
}

/** A user whose password is set by what the database keeps of it. */
export interface UserWithPassword extends Pick<UserOfDatabase, 'look'> {
  setPassword(password: string, salt: Buffer): Promise<void>;
}

const PASSWORD_BYTES = 33;
const SALT_BYTES = 16;
const CURRENT = 'AWSCURRENT';
const value = z.object({ password: z.string().min(1) });

/**
 * The password of an agent's user, in the agent's own secret and nowhere else. It changes in steps that may be repeated: a new version, the database, and then readers get that version. One user has one
 * password, so a login with the former one fails from the second step on; a session that there is stays.
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotating-secrets_strategies.html
 */
export class OwnPassword {
  constructor(private readonly secrets: Pick<SecretsManagerClient, 'send'>, private readonly secretArn: string, private readonly user: UserWithPassword, private readonly connection: Connection) {}

  /** All steps, for a version that has the token as its id. */
  public async change(token: string): Promise<void> {
    await this.create(token);
    await this.set(token);
    await this.finish(token);
  }

  /** Makes a version with a new password, unless the version has one. */
  public async create(token: string): Promise<void> {
    if (await this.read(token) !== undefined) {
      return;
    }
    const { host, port, database, user } = this.connection;
    const SecretString = JSON.stringify({ engine: 'postgres', host, ...(port === undefined ? {} : { port: Number(port) }), dbname: database, username: user, password: randomBytes(PASSWORD_BYTES).toString('base64url') });
    await this.secrets.send(new PutSecretValueCommand({ SecretId: this.secretArn, ClientRequestToken: token, SecretString, VersionStages: ['AWSPENDING'] }));
  }

  /** Sets the version's password in the database. */
  public async set(token: string): Promise<void> {
    await this.user.setPassword(passwordIn(await this.read(token)), randomBytes(SALT_BYTES));
  }

  /** Gives the version to readers. */
  public async finish(token: string): Promise<void> {
    const current = (await this.versions()).find(([, stages]) => stages.includes(CURRENT))?.[0];
    if (current !== token) {
      await this.secrets.send(new UpdateSecretVersionStageCommand({
        SecretId: this.secretArn, VersionStage: CURRENT, MoveToVersionId: token, ...(current === undefined ? {} : { RemoveFromVersionId: current }),
      }));
    }
  }

  /** Whether readers get a password. */
  public async isSet(): Promise<boolean> {
    return (await this.versions()).some(([, stages]) => stages.includes(CURRENT));
  }

  /** Whether Secrets Manager has begun a rotation with this version. */
  public async isAsked(token: string): Promise<boolean> {
    return (await this.versions()).some(([id, stages]) => id === token && !stages.includes(CURRENT));
  }

  private async versions(): Promise<[id: string, stages: string[]][]> {
    const { VersionIdsToStages: versions = {} } = await this.secrets.send(new DescribeSecretCommand({ SecretId: this.secretArn }));
    return Object.entries(versions);
  }

  private async read(token: string): Promise<string | undefined> {
    try {
      return (await this.secrets.send(new GetSecretValueCommand({ SecretId: this.secretArn, VersionId: token }))).SecretString;
    } catch (error) {
      if (errorName(error) === 'ResourceNotFoundException') {
        return undefined;
      }
      throw error;
    }
  }
}

/** @throws NotDone for a text that somebody else has put there. The error of `JSON.parse()` would contain a part of it */
function passwordIn(text = ''): string {
  try {
    return value.parse(JSON.parse(text)).password;
  } catch {
    throw new NotDone('the new version of the secret is no JSON object with a password, as somebody has written it by hand: rotate the secret again');
  }
}
