import { aws_iam as iam } from 'aws-cdk-lib';
import { serviceTrustOn } from './service-trust';
import { RuntimeBinding, RuntimeContext } from '../runtime-context';

/**
 * Trust: AWS documents the condition for all Glue resources of an account and region. A job writes its output to log groups that all jobs share; its
 * script and data are access of the agent's.
 * https://docs.aws.amazon.com/glue/latest/dg/cross-service-confused-deputy-prevention.html
 * https://docs.aws.amazon.com/glue/latest/dg/create-service-policy.html
 */
export function glueBinding(context: RuntimeContext): RuntimeBinding {
  return {
    trust: [serviceTrustOn(context, 'glue.amazonaws.com', 'glue', '*')],
    access: [new iam.PolicyStatement({
      sid: 'RuntimeLogs',
      actions: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [`arn:${context.partition}:logs:${context.region}:${context.account}:log-group:/aws-glue/*`],
    })],
  };
}
