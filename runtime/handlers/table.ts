import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { client } from './clients';
import { required } from './environment';
import { Table } from '../ledger';

export function ledgerTable(): Table {
  return new Table(DynamoDBDocumentClient.from(client(DynamoDBClient), { marshallOptions: { removeUndefinedValues: true } }), required('LEDGER_TABLE'));
}
