import { setTimeout as pause } from 'node:timers/promises';
import { Tracer } from '@aws-lambda-powertools/tracer';
import { IAMClient } from '@aws-sdk/client-iam';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { countOf, logger } from './telemetry';
import { METRICS } from '../../src/contract/metrics';
import { reasonOf, RetryableError } from '../../src/core/errors';
import { configuredEndpoint, PlainCalls } from '../aws/plain-calls';
import { CallLimiter, Table } from '../ledger';

const tracer = new Tracer();

// Adaptive retries: IAM's throttling limits are unpublished and can't be raised, so the client slows down by itself.
const PATIENT = { retryMode: 'adaptive', maxAttempts: 8 };

/** Creates a traced client of an AWS service that retries when it is throttled. */
export function client<C extends { send: unknown }>(make: new (config: typeof PATIENT) => C): C {
  return tracer.captureAWSv3Client(new make(PATIENT));
}

/** The limiter of the account's calls of IAM. */
export function iamLimiter(table: Table, registry: string): CallLimiter {
  const count = countOf(registry);
  return new CallLimiter(table, {
    now: () => new Date(),
    pause: async (milliseconds) => pause(milliseconds),
    throttled: () => count(METRICS.iamThrottled),
    failed: (error) => logger.warn('the limiter could not be written', { reason: reasonOf(error) }),
  });
}

/** The client, with each attempt of each call under the limiter. Attempts that the client repeats are attempts too. */
export function limited(iam: IAMClient, limiter: CallLimiter): IAMClient {
  // The last one of its step comes after the retries and after the signature, which stays valid for longer than any wait.
  iam.middlewareStack.add((next) => async (args) => limiter.attempt(() => next(args)), { name: 'limiter', step: 'finalizeRequest', priority: 'low' });
  return iam;
}

/**
 * A client that acts as another role of the account, for at most a quarter of an hour. It signs in when it is first used.
 *
 * @throws RetryableError `ReachNotReady` if the role does not let the engine in: IAM shows a role that was just created only after some seconds
 */
export function iamClientAs(sts: STSClient, roleArn: string): IAMClient {
  return tracer.captureAWSv3Client(new IAMClient({
    ...PATIENT,
    credentials: async () => {
      try {
        const { Credentials: keys } = await sts.send(new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: 'nhi-engine', DurationSeconds: 900 }));
        return {
          accessKeyId: keys!.AccessKeyId!, secretAccessKey: keys!.SecretAccessKey!, sessionToken: keys!.SessionToken, expiration: keys!.Expiration,
        };
      } catch (error) {
        throw new RetryableError('ReachNotReady', `the engine can't assume ${roleArn}, by which it reaches an adopted role: ${reasonOf(error)}`, { cause: error });
      }
    },
  }));
}

/** Calls of the services that have no client here, in the region and with the credentials that any client has. */
export function plainCalls(partition: string): PlainCalls {
  const { config: { region, credentials } } = new LambdaClient({});
  return new PlainCalls({
    region,
    credentials,
    dnsSuffix: partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com',
    endpoint: configuredEndpoint,
    now: () => new Date(),
    pause: async (milliseconds) => pause(milliseconds),
  });
}
