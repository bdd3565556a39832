import { aws_iam as iam } from 'aws-cdk-lib';
import { RuntimeBinding, RuntimeContext } from './runtime-context';

/**
 * Trust: ECS sends the account and an ARN of its own in the task's region. According to AWS, a single cluster can't be named. A task needs no
 * permission to run, because its execution role pulls images and writes logs.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html
 */
export function ecsTaskBinding(context: RuntimeContext): RuntimeBinding {
  return {
    trust: [new iam.PolicyStatement({
      sid: 'Runtime',
      principals: [new iam.ServicePrincipal('ecs-tasks.amazonaws.com')],
      actions: ['sts:AssumeRole'],
      conditions: {
        StringEquals: { 'aws:SourceAccount': context.account },
        ArnLike: { 'aws:SourceArn': `arn:${context.partition}:ecs:${context.region}:${context.account}:*` },
      },
    })],
    access: [],
  };
}

/**
 * Trust: EC2 sends no source, so a condition on one would exclude the instance. Only an instance of the same account can have the role: that needs an
 * instance profile and `iam:PassRole`, and both work only within an account.
 */
export function ec2Binding(): RuntimeBinding {
  return {
    trust: [new iam.PolicyStatement({ sid: 'Runtime', principals: [new iam.ServicePrincipal('ec2.amazonaws.com')], actions: ['sts:AssumeRole'] })],
    access: [],
  };
}
