import { Tracer } from '@aws-lambda-powertools/tracer';

const tracer = new Tracer();

// Adaptive: IAM's throttles are unpublished and can't be raised, so the client slows down by itself.
const PATIENT = { retryMode: 'adaptive', maxAttempts: 8 };

/** A client of an AWS service, traced, that is patient with throttling. */
export function client<C extends { send: unknown }>(make: new (config: typeof PATIENT) => C): C {
  return tracer.captureAWSv3Client(new make(PATIENT));
}
