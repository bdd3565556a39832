import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { PlacementLedger, Table } from '../runtime/ledger';
import { InvalidInputError } from '../src/core/errors';

export interface ConnectOptions {
  readonly registry: string;
  readonly region?: string;
}

/** A registry as an operator reaches it, with the operator's own credentials. */
export interface Connection {
  readonly registry: string;
  readonly account: string;
  /** ARN of who is asking. */
  readonly operator: string;
  readonly bucket: string;
  readonly table: Table;
  readonly ledger: PlacementLedger;
  readonly s3: S3Client;
  /** The engine. */
  readonly stateMachine: SFNClient;
  readonly stateMachineArn: string;
}

export async function connect({ registry, region }: ConnectOptions): Promise<Connection> {
  const config = region === undefined ? {} : { region };
  const s3 = new S3Client(config);
  const { Account: account, Arn: operator } = await new STSClient(config).send(new GetCallerIdentityCommand({})).catch(inOurWords);
  if (account === undefined || operator === undefined) {
    throw new InvalidInputError('CallerUnknown', 'AWS does not say who is asking: check the credentials of the environment');
  }
  const table = new Table(DynamoDBDocumentClient.from(new DynamoDBClient(config), { marshallOptions: { removeUndefinedValues: true } }), `${registry}-ledger`);
  const home = await s3.config.region();
  return {
    registry,
    account,
    operator,
    bucket: `${registry}-evidence-${account}-${home}`,
    table,
    ledger: new PlacementLedger(table),
    s3,
    stateMachine: new SFNClient(config),
    stateMachineArn: `arn:${operator.split(':')[1]}:states:${home}:${account}:stateMachine:${registry}-lifecycle`,
  };
}

/** The SDK says what is missing, and not where to give it. */
function inOurWords(error: unknown): never {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  if (name === 'CredentialsProviderError') {
    throw new InvalidInputError('CredentialsMissing', `no credentials of AWS were found (${message}): log in, or set AWS_PROFILE`, { cause: error });
  }
  if (message === 'Region is missing') {
    throw new InvalidInputError('RegionMissing', 'the home region of the registry is not known: give --region, or set AWS_REGION', { cause: error });
  }
  throw error;
}
