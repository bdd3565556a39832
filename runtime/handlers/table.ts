import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { client } from './clients';
import { required } from './environment';
import { ENVIRONMENT } from '../../src/contract/environment';
import { Table } from '../ledger';

export function ledgerTable(): Table {
  const documents = DynamoDBDocumentClient.from(client(DynamoDBClient), { marshallOptions: { removeUndefinedValues: true } });
  return new Table(documents, required(ENVIRONMENT.ledgerTable));
}
