import { DeleteResourcePolicyCommand as DeleteTablePolicy, PutResourcePolicyCommand as PutTablePolicy } from '@aws-sdk/client-dynamodb';
import { PutPermissionCommand, RemovePermissionCommand as RemoveBusPermission } from '@aws-sdk/client-eventbridge';
import { PutKeyPolicyCommand } from '@aws-sdk/client-kms';
import { RemovePermissionCommand as RemoveFunctionPermission } from '@aws-sdk/client-lambda';
import { DeleteBucketPolicyCommand, PutBucketPolicyCommand } from '@aws-sdk/client-s3';
import { DeleteResourcePolicyCommand as DeleteSecretPolicy, PutResourcePolicyCommand as PutSecretPolicy } from '@aws-sdk/client-secrets-manager';
import { RemovePermissionCommand as RemoveTopicPermission, SetTopicAttributesCommand } from '@aws-sdk/client-sns';
import { WiperStatement } from './wiper';
import { ResidueKind } from '../../../src/contract/residue';
import { EditedPolicy, lastOf, PolicyClients, repositoryOf } from '../granted';

/** A change of the policy of one resource. */
export interface PolicyChange {
  readonly arn: string;
  readonly edited: EditedPolicy;
  /** Revision of the policy that was edited, if the service has one. */
  readonly revision?: string;
}

interface PolicyWriter {
  readonly needs: WiperStatement;
  /**
   * Drops a single statement, which can't undo what somebody else writes at the same time. Set if the service can.
   */
  drop?(clients: PolicyClients, arn: string, sid: string, revision?: string): Promise<unknown>;
  put?(clients: PolicyClients, arn: string, document: string, revision?: string): Promise<unknown>;
  remove?(clients: PolicyClients, arn: string, revision?: string): Promise<unknown>;
}

function needs(sid: string, actions: readonly string[], resource: string): WiperStatement {
  return { sid, actions, resources: [`arn:{partition}:${resource}`], of: ResidueKind.RESOURCE_POLICIES };
}

/** How the policy of each kind of resource is changed, by the service in its ARN. */
const WRITERS: Readonly<Record<string, PolicyWriter>> = {
  s3: {
    needs: needs('EditBucketPolicies', ['s3:PutBucketPolicy', 's3:DeleteBucketPolicy'], 's3:::*'),
    put: ({ s3 }, arn, Policy) => s3.send(new PutBucketPolicyCommand({ Bucket: lastOf(arn), Policy })),
    remove: ({ s3 }, arn) => s3.send(new DeleteBucketPolicyCommand({ Bucket: lastOf(arn) })),
  },
  sqs: {
    needs: needs('EditQueuePolicies', ['sqs:SetQueueAttributes', 'sqs:RemovePermission'], 'sqs:{region}:{account}:*'),
    drop: ({ calls }, arn, Label) => calls.json('sqs', 'RemovePermission', { QueueUrl: calls.queueUrl(arn), Label }),
    put: ({ calls }, arn, Policy) => calls.json('sqs', 'SetQueueAttributes', { QueueUrl: calls.queueUrl(arn), Attributes: { Policy } }),
    remove: ({ calls }, arn) => calls.json('sqs', 'SetQueueAttributes', { QueueUrl: calls.queueUrl(arn), Attributes: { Policy: '' } }),
  },
  sns: {
    needs: needs('EditTopicPolicies', ['sns:SetTopicAttributes', 'sns:RemovePermission'], 'sns:{region}:{account}:*'),
    drop: ({ sns }, TopicArn, Label) => sns.send(new RemoveTopicPermission({ TopicArn, Label })),
    put: ({ sns }, TopicArn, AttributeValue) => sns.send(new SetTopicAttributesCommand({ TopicArn, AttributeName: 'Policy', AttributeValue })),
  },
  kms: {
    // KMS refuses a policy that would lock its owner out, and a key without a policy does not exist.
    needs: needs('EditKeyPolicies', ['kms:PutKeyPolicy'], 'kms:{region}:{account}:key/*'),
    put: ({ kms }, KeyId, Policy) => kms.send(new PutKeyPolicyCommand({ KeyId, PolicyName: 'default', Policy })),
  },
  secretsmanager: {
    needs: needs('EditSecretPolicies', ['secretsmanager:PutResourcePolicy', 'secretsmanager:DeleteResourcePolicy'], 'secretsmanager:{region}:{account}:secret:*'),
    put: ({ secrets }, SecretId, ResourcePolicy) => secrets.send(new PutSecretPolicy({ SecretId, ResourcePolicy })),
    remove: ({ secrets }, SecretId) => secrets.send(new DeleteSecretPolicy({ SecretId })),
  },
  lambda: {
    // Lambda has no call that writes a whole policy.
    needs: needs('EditFunctionPolicies', ['lambda:RemovePermission'], 'lambda:{region}:{account}:function:*'),
    drop: ({ lambda }, FunctionName, StatementId, RevisionId) => lambda.send(new RemoveFunctionPermission({ FunctionName, StatementId, RevisionId })),
  },
  dynamodb: {
    needs: needs('EditTablePolicies', ['dynamodb:PutResourcePolicy', 'dynamodb:DeleteResourcePolicy'], 'dynamodb:{region}:{account}:table/*'),
    put: ({ dynamodb }, ResourceArn, Policy, ExpectedRevisionId) => dynamodb.send(new PutTablePolicy({ ResourceArn, Policy, ExpectedRevisionId })),
    remove: ({ dynamodb }, ResourceArn, ExpectedRevisionId) => dynamodb.send(new DeleteTablePolicy({ ResourceArn, ExpectedRevisionId })),
  },
  events: {
    needs: needs('EditBusPolicies', ['events:PutPermission', 'events:RemovePermission'], 'events:{region}:{account}:event-bus/*'),
    drop: ({ bus }, arn, StatementId) => bus.send(new RemoveBusPermission({ EventBusName: busOf(arn), StatementId })),
    put: ({ bus }, arn, Policy) => bus.send(new PutPermissionCommand({ EventBusName: busOf(arn), Policy })),
    remove: ({ bus }, arn) => bus.send(new RemoveBusPermission({ EventBusName: busOf(arn), RemoveAllPermissions: true })),
  },
  ecr: {
    needs: needs('EditRepositoryPolicies', ['ecr:SetRepositoryPolicy', 'ecr:DeleteRepositoryPolicy'], 'ecr:{region}:{account}:repository/*'),
    put: ({ calls }, arn, policyText) => calls.json('ecr', 'SetRepositoryPolicy', { repositoryName: repositoryOf(arn), policyText }),
    remove: ({ calls }, arn) => calls.json('ecr', 'DeleteRepositoryPolicy', { repositoryName: repositoryOf(arn) }),
  },
  glue: {
    needs: needs('EditCatalogPolicy', ['glue:PutResourcePolicy', 'glue:DeleteResourcePolicy'], 'glue:{region}:{account}:catalog'),
    put: ({ calls }, _arn, PolicyInJson, PolicyHashCondition) => calls.json('glue', 'PutResourcePolicy', { PolicyInJson, PolicyHashCondition }),
    remove: ({ calls }, _arn, PolicyHashCondition) => calls.json('glue', 'DeleteResourcePolicy', { PolicyHashCondition }),
  },
};

export const EDIT_POLICIES = Object.values(WRITERS).map((writer) => writer.needs);

/** Writes a changed policy, statement by statement where the service can and no statement of others changes. */
export async function writePolicy(clients: PolicyClients, { arn, edited, revision }: PolicyChange): Promise<void> {
  const { document, dropped, isRewritten } = edited;
  const { drop, put, remove } = WRITERS[arn.split(':')[2]];
  if (drop !== undefined && !isRewritten && dropped.every((sid) => sid !== undefined)) {
    for (const sid of new Set(dropped)) {
      // The first change makes another revision.
      await drop(clients, arn, sid, dropped.length === 1 ? revision : undefined);
    }
  } else if (document !== undefined && put !== undefined) {
    await put(clients, arn, document, revision);
  } else if (document === undefined && remove !== undefined) {
    await remove(clients, arn, revision);
  } else {
    throw new Error(`${arn.split(':')[2]} offers no call that takes these statements from the policy: change it by hand`);
  }
}

function busOf(arn: string): string {
  return lastOf(arn).slice('event-bus/'.length);
}
