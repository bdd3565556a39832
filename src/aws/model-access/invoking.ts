import { aws_iam as iam } from 'aws-cdk-lib';

/** Converse and ConverseStream need the same actions. https://docs.aws.amazon.com/bedrock/latest/userguide/conversation-inference.html */
const INVOKE = ['bedrock:InvokeModel', 'bedrock:InvokeModelWithResponseStream'];

/** Allows to call models, and if a profile is given, through this profile only. */
export function invoking(resources: string[], profileArn?: string): iam.PolicyStatement {
  return new iam.PolicyStatement({
    actions: INVOKE,
    resources,
    conditions: profileArn === undefined ? undefined : { ArnEquals: { 'bedrock:InferenceProfileArn': profileArn } },
  });
}
