import { aws_iam as iam } from 'aws-cdk-lib';

/**
 * Denies the secrets of other agents.
 *
 * IAM's patterns can't express "all but my own". For an agent with own secrets, condition keys of the request identify the registry's secrets: the
 * name or ARN of an existing secret, or the name of a new one. The agent's own secrets are literal, because an unresolved policy variable would
 * disable the Deny.
 *
 * @param all ARN of the secrets of all agents, ending with `:secret:<registry>/*`
 * @param own ARN of the agent's own secrets, if it may use any
 */
export function denyOtherSecrets(all: string, own?: string): iam.PolicyStatement[] {
  if (own === undefined) {
    return [deny('DenySecrets', { resources: [all] })];
  }
  const names = all.slice(all.lastIndexOf(':') + 1);
  return [
    deny('DenyOtherSecrets', { notResources: [own], conditions: { StringLike: { 'secretsmanager:SecretId': [names, `arn:*:secret:${names}`] } } }),
    deny('DenyOtherNewSecrets', { notResources: [own], conditions: { StringLike: { 'secretsmanager:Name': names } } }),
  ];
}

function deny(sid: string, props: iam.PolicyStatementProps): iam.PolicyStatement {
  return new iam.PolicyStatement({ sid, effect: iam.Effect.DENY, actions: ['secretsmanager:*'], ...props });
}
