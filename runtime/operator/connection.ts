import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { IAMClient } from '@aws-sdk/client-iam';
import { KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { RegistryNames, validateRegistryName } from '../../src/contract/registry-names';
import { InvalidInputError } from '../../src/core/errors';
import { operatorsCalls, PlainCalls } from '../aws/plain-calls';
import { PlacementLedger, Table } from '../ledger';
import { explaining, inOurWords, Searched } from './in-our-words';

export interface ConnectOptions {
  readonly registry: string;
  readonly region?: string;
}

/** A connection to a registry, with the operator's own credentials. */
export interface Connection {
  readonly registry: string;
  readonly partition: string;
  readonly account: string;
  readonly region: string;
  /** ARN of the operator. */
  readonly operator: string;
  /** Unique id of the operator, `AROA...:<session>` for a session of a role. */
  readonly userId: string;
  readonly bucket: string;
  readonly table: Table;
  readonly ledger: PlacementLedger;
  readonly s3: S3Client;
  readonly iam: IAMClient;
  readonly kms: KMSClient;
  readonly cloudFormation: CloudFormationClient;
  readonly stateMachine: SFNClient;
  readonly stateMachineArn: string;
  /** Calls of the services that have no client here. */
  readonly plain: PlainCalls;
}

/**
 * @throws InvalidInputError `RegistryNameInvalid`, `RegionMissing`, `CallerUnknown`, and the codes of `inOurWords`; the clients throw these as well
 */
export async function connect({ registry, region: given }: ConnectOptions): Promise<Connection> {
  const names = new RegistryNames(validateRegistryName(registry));
  const config = given === undefined ? {} : { region: given };
  const region = await regionOf(config, { registry });
  const sts = explaining(new STSClient(config), { registry, region });
  const { Account: account, Arn: operator, UserId: userId } = await sts.send(new GetCallerIdentityCommand({}));
  if (account === undefined || operator === undefined || userId === undefined) {
    throw new InvalidInputError('CallerUnknown', 'AWS returned no caller identity: check the credentials of the environment');
  }
  const partition = operator.split(':')[1];
  const place = { partition, region, account };
  const where = { registry, operator, account, region };
  const documents = DynamoDBDocumentClient.from(new DynamoDBClient(config), { marshallOptions: { removeUndefinedValues: true } });
  const table = new Table(explaining(documents, where), names.table);
  return {
    registry,
    ...place,
    operator,
    userId,
    bucket: names.bucket(place),
    table,
    ledger: new PlacementLedger(table),
    s3: explaining(new S3Client(config), where),
    iam: explaining(new IAMClient(config), where),
    kms: explaining(new KMSClient(config), where),
    cloudFormation: explaining(new CloudFormationClient(config), where),
    stateMachine: explaining(new SFNClient(config), where),
    stateMachineArn: names.stateMachineArn(place),
    plain: operatorsCalls(partition, region, () => sts.config.credentials()),
  };
}

async function regionOf(config: { region?: string }, where: Searched): Promise<string> {
  try {
    return await new STSClient(config).config.region();
  } catch (error) {
    throw inOurWords(error, where);
  }
}
