import { Tracer } from '@aws-lambda-powertools/tracer';

const tracer = new Tracer();

// Adaptive retries: IAM's throttling limits are unpublished and can't be raised, so the client slows down by itself.
const PATIENT = { retryMode: 'adaptive', maxAttempts: 8 };

/** Creates a traced client of an AWS service that retries when it is throttled. */
export function client<C extends { send: unknown }>(make: new (config: typeof PATIENT) => C): C {
  return tracer.captureAWSv3Client(new make(PATIENT));
}
