import { aws_iam as iam } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { harnessBinding } from './bedrock-agent-core';
import { ExceptionalAccess } from '../../access-rules/exceptional-access';
import { RuntimeBinding, RuntimeContext } from '../runtime-context';

/** How the harness runs. */
export interface AgentCoreHarnessOptions {
  /**
   * Whether the harness is attached to a VPC. AgentCore's own image then comes from a private repository of the region, and else from Amazon ECR Public.
   *
   * @default false
   */
  readonly vpc?: boolean;
}

/**
 * Trust: AgentCore, for the harnesses that have the role. Access: logs, traces, metrics, tokens of the harness's workload identity, and AgentCore's image. The
 * model, tools and memory are access of the agent's. AWS's sample also allows every model, the default browser and code interpreter, and policies of log
 * groups, which is left out.
 * https://docs.aws.amazon.com/bedrock-agentcore/latest/devguide/harness-security.html
 */
export function agentCoreHarnessBinding(scope: Construct, context: RuntimeContext, { vpc = false }: AgentCoreHarnessOptions): RuntimeBinding {
  const harness = harnessBinding(scope, context);
  const image = vpc ? privateImage(context) : publicImage(context);
  return { ...harness, access: [...harness.access, ...image.access], ...(image.exceptions === undefined ? {} : { exceptions: image.exceptions }) };
}

type Image = Pick<RuntimeBinding, 'access' | 'exceptions'>;

/** The repository belongs to an account of AWS that differs by region. */
function privateImage({ partition, region }: RuntimeContext): Image {
  return {
    access: [
      new iam.PolicyStatement({
        sid: 'RuntimeImage',
        actions: ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
        resources: [`arn:${partition}:ecr:${region}:*:repository/harness-${region}`],
      }),
      new iam.PolicyStatement({ sid: 'RuntimeImageLogin', actions: ['ecr:GetAuthorizationToken'], resources: ['*'] }),
    ],
  };
}

/** ECR Public asks for a token that AWS can't restrict to a resource, but to ECR Public. */
function publicImage({ expires }: RuntimeContext): Image {
  const token = 'sts:GetServiceBearerToken';
  return {
    access: [
      new iam.PolicyStatement({ sid: 'RuntimeImageLogin', actions: ['ecr-public:GetAuthorizationToken'], resources: ['*'] }),
      new iam.PolicyStatement({
        sid: 'RuntimeImageToken', actions: [token], resources: ['*'], conditions: { StringEquals: { 'sts:AWSServiceName': 'ecr-public.amazonaws.com' } },
      }),
    ],
    exceptions: [ExceptionalAccess.of({
      actions: [token], resources: ['*'], reason: 'It pulls the image of the harness from ECR Public: AgentRuntime.agentCoreHarness()', until: expires,
    })],
  };
}
