import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { KMSClient } from '@aws-sdk/client-kms';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SNSClient } from '@aws-sdk/client-sns';
import { PlainCalls } from '../plain-calls';

/** Clients of the services whose resources have policies of their own. */
export interface PolicyClients {
  readonly s3: Pick<S3Client, 'send'>;
  readonly sns: Pick<SNSClient, 'send'>;
  readonly kms: Pick<KMSClient, 'send'>;
  readonly secrets: Pick<SecretsManagerClient, 'send'>;
  readonly lambda: Pick<LambdaClient, 'send'>;
  readonly dynamodb: Pick<DynamoDBClient, 'send'>;
  readonly bus: Pick<EventBridgeClient, 'send'>;
  readonly calls: Pick<PlainCalls, 'queueAttributes' | 'queueUrl' | 'json'>;
}
