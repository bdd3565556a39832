import { aws_kms as kms, aws_lambda as lambda, aws_secretsmanager as secretsmanager, Duration } from 'aws-cdk-lib';

/** A secret of an agent, and how it is rotated. */
export interface AgentSecretProps {
  /**
   * The function that rotates the secret: it makes another value where the secret is used, and writes it to the secret. Secrets Manager invokes it, first right after the deployment.
   * https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotating-secrets-lambda-function-overview.html
   */
  readonly rotation: lambda.IFunction;

  /**
   * How old a value gets before it is rotated: whole days, from 1 to 90.
   *
   * @default Duration.days(30)
   */
  readonly rotateEvery?: Duration;

  /**
   * How Secrets Manager generates the first value. A value can't be given: it would be in the template.
   *
   * @default - a password of 32 characters
   */
  readonly generate?: secretsmanager.SecretStringGenerator;

  /**
   * The key that encrypts the secret.
   *
   * @default - the AWS managed key of Secrets Manager
   */
  readonly encryptionKey?: kms.IKey;
}
