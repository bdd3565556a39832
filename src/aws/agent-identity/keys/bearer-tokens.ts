import { aws_iam as iam } from 'aws-cdk-lib';

/** Every action that IAM demands beside the call itself if the caller shows a token in place of a signature. https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys-permissions.html */
export const BEARER_TOKENS = [
  'aws-external-anthropic:CallWithBearerToken', 'bedrock-mantle:CallWithBearerToken', 'bedrock:CallWithBearerToken', 'cloudwatch:CallWithBearerToken', 'logs:CallWithBearerToken',
  'sagemaker:CallWithBearerToken',
];

/** A key for a single service that somebody makes for the user of an access key works nowhere. */
export function denyBearerTokens(): iam.PolicyStatement {
  return new iam.PolicyStatement({ sid: 'DenyBearerTokens', effect: iam.Effect.DENY, actions: BEARER_TOKENS, resources: ['*'] });
}
