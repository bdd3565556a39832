import { setTimeout as pause } from 'node:timers/promises';
import { STSClient } from '@aws-sdk/client-sts';
import { PlainCalls, PlainConfig, PlainService } from './plain-calls';

/** Names of the services in the SDK, from which the names of their variables and settings are made. */
const SERVICE_IDS: Readonly<Record<PlainService, string>> = {
  'access-analyzer': 'AccessAnalyzer',
  'agent-registry-control': 'Agent Registry Control',
  'api.ecr': 'ECR',
  'apigateway': 'API Gateway',
  'bedrock-agentcore': 'Bedrock AgentCore',
  'ce': 'Cost Explorer',
  'cloudtrail': 'CloudTrail',
  'cognito-idp': 'Cognito Identity Provider',
  'ec2': 'EC2',
  'ecs': 'ECS',
  'eks': 'EKS',
  'email': 'SESv2',
  'glue': 'Glue',
  'lakeformation': 'LakeFormation',
  'lambda': 'Lambda',
  'logs': 'CloudWatch Logs',
  'monitoring': 'CloudWatch',
  'organizations': 'Organizations',
  'rds-data': 'RDS Data',
  'rolesanywhere': 'RolesAnywhere',
  's3-control': 'S3 Control',
  'scheduler': 'Scheduler',
  'sns': 'SNS',
  'sqs': 'SQS',
  'ssm': 'SSM',
  'sso': 'SSO Admin',
  'tagging': 'Resource Groups Tagging API',
};

/** Calls with an operator's own credentials, in one region. */
export function operatorsCalls(partition: string, region: string, credentials: PlainConfig['credentials']): PlainCalls {
  return new PlainCalls({
    region: async () => region,
    credentials,
    dnsSuffix: partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com',
    endpoint: configuredEndpoint,
    now: () => new Date(),
    pause: async (milliseconds) => pause(milliseconds),
  });
}

/**
 * The endpoint of a service that the environment or the AWS configuration names, by the SDK's own rules: every client looks it up by its service id.
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
 */
export async function configuredEndpoint(service: PlainService): Promise<string | undefined> {
  return new STSClient({ serviceId: SERVICE_IDS[service] }).config.serviceConfiguredEndpoint?.();
}
