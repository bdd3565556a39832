import { GetResourcePolicyCommand as GetTablePolicy } from '@aws-sdk/client-dynamodb';
import { DescribeEventBusCommand } from '@aws-sdk/client-eventbridge';
import { GetKeyPolicyCommand } from '@aws-sdk/client-kms';
import { GetPolicyCommand } from '@aws-sdk/client-lambda';
import { GetBucketPolicyCommand } from '@aws-sdk/client-s3';
import { GetResourcePolicyCommand } from '@aws-sdk/client-secrets-manager';
import { GetTopicAttributesCommand } from '@aws-sdk/client-sns';
import { PolicyClients } from './clients';
import { WiperStatement } from '../wipers/wiper-statement';

/** A policy as it was read. */
export interface ReadPolicy {
  /** Absent if the resource has none. */
  readonly document?: string;
  /** By which a change is refused if somebody else changed the policy in between. Only some services have it. */
  readonly revision?: string;
}

/** A kind of resource that has a policy of its own. */
export interface PolicyKind {
  /** Service in its ARN. */
  readonly service: string;
  /** What of the last part of an ARN in a statement names the resource, as the first group. */
  readonly resource: RegExp;
  /** Name of what has the policy, if that is one for all resources of the service. */
  readonly of?: string;
  readonly needs: WiperStatement;
  read(clients: PolicyClients, arn: string): Promise<ReadPolicy>;
}

/** Errors that say that there is no policy, or no such resource. */
const NO_POLICY = [
  'NoSuchBucketPolicy', 'NoSuchBucket', 'PolicyNotFoundException', 'ResourceNotFoundException', 'NotFoundException', 'QueueDoesNotExist', 'NotFound', 'AWS.SimpleQueueService.NonExistentQueue',
  'RepositoryPolicyNotFoundException', 'RepositoryNotFoundException', 'EntityNotFoundException',
];

function needs(sid: string, action: string, resource: string): WiperStatement {
  return { sid, actions: [action], resources: [`arn:{partition}:${resource}`] };
}

/** Their permissions are for the registry's account and region, because only policies there are read. */
export const POLICY_KINDS: readonly PolicyKind[] = [
  {
    service: 's3',
    // A bucket's ARN has neither region nor account. `ReadBucketPolicies` is limited to the account by a condition.
    resource: /^([a-z0-9.-]+)(?:\/.*)?$/,
    needs: needs('ReadBucketPolicies', 's3:GetBucketPolicy', 's3:::*'),
    read: async ({ s3 }, arn) => as((await s3.send(new GetBucketPolicyCommand({ Bucket: lastOf(arn) }))).Policy),
  },
  {
    service: 'sqs',
    resource: /^([\w-]+(?:\.fifo)?)$/,
    needs: needs('ReadQueuePolicies', 'sqs:GetQueueAttributes', 'sqs:{region}:{account}:*'),
    read: async ({ calls }, arn) => as((await calls.queueAttributes(arn)).Policy),
  },
  {
    service: 'sns',
    resource: /^([\w-]+(?:\.fifo)?)$/,
    needs: needs('ReadTopicPolicies', 'sns:GetTopicAttributes', 'sns:{region}:{account}:*'),
    read: async ({ sns }, TopicArn) => as((await sns.send(new GetTopicAttributesCommand({ TopicArn }))).Attributes?.Policy),
  },
  {
    service: 'kms',
    resource: /^(key\/[\w-]+)$/,
    needs: needs('ReadKeyPolicies', 'kms:GetKeyPolicy', 'kms:{region}:{account}:key/*'),
    read: async ({ kms }, KeyId) => as((await kms.send(new GetKeyPolicyCommand({ KeyId, PolicyName: 'default' }))).Policy),
  },
  {
    service: 'secretsmanager',
    // The CDK names a secret of which it doesn't know the suffix with six question marks.
    resource: /^(secret:[\w/+=.@-]+?)(?:-\?{6})?$/,
    needs: needs('ReadSecretPolicies', 'secretsmanager:GetResourcePolicy', 'secretsmanager:{region}:{account}:secret:*'),
    read: async ({ secrets }, SecretId) => as((await secrets.send(new GetResourcePolicyCommand({ SecretId }))).ResourcePolicy),
  },
  {
    service: 'lambda',
    resource: /^(function:[\w-]+)(?::.*)?$/,
    needs: needs('ReadFunctionPolicies', 'lambda:GetPolicy', 'lambda:{region}:{account}:function:*'),
    read: async ({ lambda }, FunctionName) => {
      const { Policy, RevisionId } = await lambda.send(new GetPolicyCommand({ FunctionName }));
      return as(Policy, RevisionId);
    },
  },
  {
    service: 'dynamodb',
    resource: /^(table\/[\w.-]+)(?:\/.*)?$/,
    needs: needs('ReadTablePolicies', 'dynamodb:GetResourcePolicy', 'dynamodb:{region}:{account}:table/*'),
    read: async ({ dynamodb }, ResourceArn) => {
      const { Policy, RevisionId } = await dynamodb.send(new GetTablePolicy({ ResourceArn }));
      return as(Policy, RevisionId);
    },
  },
  {
    service: 'events',
    resource: /^(event-bus\/[\w./-]+)$/,
    needs: needs('ReadBusPolicies', 'events:DescribeEventBus', 'events:{region}:{account}:event-bus/*'),
    read: async ({ bus }, Name) => as((await bus.send(new DescribeEventBusCommand({ Name }))).Policy),
  },
  {
    service: 'ecr',
    resource: /^(repository\/[\w./-]+)$/,
    needs: needs('ReadRepositoryPolicies', 'ecr:GetRepositoryPolicy', 'ecr:{region}:{account}:repository/*'),
    read: async ({ calls }, arn) => as((await calls.json<{ policyText?: string }>('ecr', 'GetRepositoryPolicy', { repositoryName: repositoryOf(arn) })).policyText),
  },
  {
    service: 'glue',
    // The Data Catalog of an account and region has one policy for all databases and tables.
    resource: /^(catalog|database|table|userDefinedFunction|connection)\b/,
    of: 'catalog',
    needs: needs('ReadCatalogPolicy', 'glue:GetResourcePolicy', 'glue:{region}:{account}:catalog'),
    read: async ({ calls }) => {
      const { PolicyInJson, PolicyHash } = await calls.json<{ PolicyInJson?: string; PolicyHash?: string }>('glue', 'GetResourcePolicy', {});
      return as(PolicyInJson, PolicyHash);
    },
  },
];

/** The policy. It has no document if the resource has none or is not there. */
export async function policyOf({ read }: PolicyKind, clients: PolicyClients, arn: string): Promise<ReadPolicy> {
  try {
    return await read(clients, arn);
  } catch (error) {
    if (error instanceof Error && NO_POLICY.includes(error.name)) {
      return {};
    }
    throw error;
  }
}

/** Name of a resource, by its ARN. */
export function lastOf(arn: string): string {
  return arn.split(':').slice(5).join(':');
}

export function repositoryOf(arn: string): string {
  return lastOf(arn).slice('repository/'.length);
}

function as(document: string | undefined, revision?: string): ReadPolicy {
  return { ...(document === undefined || document === '' ? {} : { document }), ...(revision === undefined ? {} : { revision }) };
}
