import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { AssumeRoleCommand, Credentials, STSClient, STSClientConfig } from '@aws-sdk/client-sts';

export type Outcome = 'allowed' | 'refused';
export type Keys = { accessKeyId: string; secretAccessKey: string; sessionToken?: string };

/** Real sessions of the agent, opened as its orchestrator opens them, and real calls made with them. */
export class Sessions {
  public constructor(
    private readonly endpoint: string, private readonly region: string, private readonly account: string,
    /** What the clients need to trust the endpoint. */
    private readonly transport: Pick<STSClientConfig, 'requestHandler'> = {},
  ) {}

  /**
   * Opens a session of the agent's principal in a stage. The orchestrator assumes the role with the external id and the sponsor as source identity.
   */
  public open(agentName: string, stage: string): Promise<Keys> {
    return this.openRole(`agents/${stage}/${agentName}-${stage}`, agentName);
  }

  /** The same for a role by its path and name. */
  public async openRole(role: string, agentName: string): Promise<Keys> {
    const orchestrator = await this.assume({ accessKeyId: this.account, secretAccessKey: 'test' }, 'orchestrator', { RoleSessionName: 'orchestrator' });
    return this.assume(orchestrator, role, {
      RoleSessionName: `${agentName}-run-1`,
      ExternalId: 'invoices',
      SourceIdentity: 'ada.park@example.com',
    });
  }

  public read(session: Keys, table: string): Promise<Outcome> {
    return this.outcome(session, new GetItemCommand({ TableName: table, Key: { id: { S: 'invoice-1' } } }));
  }

  public write(session: Keys, table: string): Promise<Outcome> {
    return this.outcome(session, new PutItemCommand({ TableName: table, Item: { id: { S: 'invoice-1' } } }));
  }

  private async assume(
    credentials: Keys, role: string, options: { RoleSessionName: string; ExternalId?: string; SourceIdentity?: string },
  ): Promise<Keys> {
    const sts = new STSClient({ endpoint: this.endpoint, region: this.region, credentials, ...this.transport });
    const answer = await sts.send(new AssumeRoleCommand({ RoleArn: `arn:aws:iam::${this.account}:role/${role}`, ...options }));
    return keysOf(answer.Credentials);
  }

  // Any error but a denial by IAM is a fault of the quickstart and not an outcome.
  private async outcome(credentials: Keys, command: GetItemCommand | PutItemCommand): Promise<Outcome> {
    const client = new DynamoDBClient({ endpoint: this.endpoint, region: this.region, credentials, ...this.transport });
    try {
      await client.send(command as GetItemCommand);
      return 'allowed';
    } catch (error) {
      if (error instanceof Error && /AccessDenied|InvalidClientTokenId|UnrecognizedClient/.test(error.name)) {
        return 'refused';
      }
      throw error;
    } finally {
      client.destroy();
    }
  }
}

function keysOf(credentials: Credentials | undefined): Keys {
  return {
    accessKeyId: credentials?.AccessKeyId ?? '',
    secretAccessKey: credentials?.SecretAccessKey ?? '',
    sessionToken: credentials?.SessionToken ?? '',
  };
}
