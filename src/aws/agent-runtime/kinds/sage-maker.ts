import { aws_iam as iam } from 'aws-cdk-lib';
import { serviceTrustOn } from './service-trust';
import { RuntimeBinding, RuntimeContext } from '../runtime-context';

/**
 * Trust: AWS documents the condition for all SageMaker AI resources of an account and region. SageMaker AI writes the logs of models, jobs and notebooks
 * with the role; the image, the model's data and metrics are access of the agent's.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/security-confused-deputy-prevention.html
 * https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html
 */
export function sageMakerBinding(context: RuntimeContext): RuntimeBinding {
  return {
    trust: [serviceTrustOn(context, 'sagemaker.amazonaws.com', 'sagemaker', '*')],
    access: [new iam.PolicyStatement({
      sid: 'RuntimeLogs',
      actions: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [`arn:${context.partition}:logs:${context.region}:${context.account}:log-group:/aws/sagemaker/*`],
    })],
  };
}
