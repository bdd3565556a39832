import { Duration } from 'aws-cdk-lib';
import { Expiry } from '../../../core';

/** Why an agent needs a long-term API key of Amazon Bedrock, until when, and how it is rotated. */
export interface AgentBedrockApiKeyProps {
  /** Why the client can use no short-lived credentials, 10 to 500 characters. It is printed in reports and reviews. */
  readonly reason: string;

  /** The end of the exception, at the latest the agent's. From then on the key is denied everything, and the engine deletes it. */
  readonly until: Expiry;

  /**
   * How old a key gets before another one replaces it: whole hours, from 1 to 90 days. IAM ends a key by itself when it is older than this, twice `grace` and a day together, or on the day after `until`.
   *
   * @default Duration.days(90)
   */
  readonly rotateEvery?: Duration;

  /**
   * How long a replaced key stays active, so that the client can read the new one. Nobody sees whether it is used still. Then it is inactive for the same time, and is deleted. Whole hours, less than a third of
   * `rotateEvery`.
   *
   * @default Duration.days(7), or a quarter of `rotateEvery` if that is less
   */
  readonly grace?: Duration;
}
