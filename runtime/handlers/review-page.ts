import { randomBytes } from 'node:crypto';
import { KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SFNClient } from '@aws-sdk/client-sfn';
import type { Hono } from 'hono';
import { client } from './clients';
import { required } from './environment';
import { ledgerTable } from './table';
import { countOf, logger } from './telemetry';
import { ENVIRONMENT } from '../../src/contract/environment';
import { OidcSettings, ReviewPageSettings } from '../../src/contract/review-page';
import { ReviewPageLedger } from '../ledger';
import { kmsMac } from '../review-link';
import { functionUrlIn, HttpApiResponse, oidcSignIn, REFUSED, registryDesk, respondTo, reviewApp, SignIn } from '../review-page';

let made: { readonly app: Hono; readonly origin: string } | undefined;

/** Answers a request of a reviewer's browser. The app is kept between requests, and holds nothing of them. */
export async function reviewPage(event: unknown, { invokedFunctionArn }: { readonly invokedFunctionArn: string }): Promise<HttpApiResponse> {
  const settings = JSON.parse(required(ENVIRONMENT.reviewPage)) as ReviewPageSettings;
  const origin = settings.origin ?? functionUrlIn(event);
  if (origin === undefined) {
    return REFUSED;
  }
  made = made?.origin === origin ? made : make(invokedFunctionArn, settings, origin);
  return respondTo(made.app, origin, event);
}

function make(arn: string, settings: ReviewPageSettings, origin: string): NonNullable<typeof made> {
  const registry = required(ENVIRONMENT.registryName);
  const table = ledgerTable();
  const now = (): Date => new Date();
  const app = reviewApp({
    registry,
    origin,
    ledger: new ReviewPageLedger(table),
    desk: registryDesk({
      table,
      s3: client(S3Client),
      bucket: required(ENVIRONMENT.evidenceBucket),
      stateMachine: client(SFNClient),
      stateMachineArn: required(ENVIRONMENT.stateMachineArn),
      now,
    }),
    mac: kmsMac(client(KMSClient), settings.keyArn),
    ...(settings.operators === undefined ? {} : { operators: settings.operators }),
    ...(settings.oidc === undefined ? {} : { signIn: signInAt(settings.oidc, now) }),
    arn,
    now,
    random: (bytes) => randomBytes(bytes).toString('base64url'),
    count: countOf(registry),
    warn: (message, fields) => logger.warn(message, fields),
  });
  return { app, origin };
}

function signInAt({ clientSecretArn, ...oidc }: OidcSettings, now: () => Date): SignIn {
  return oidcSignIn({ ...oidc, ...(clientSecretArn === undefined ? {} : { clientSecret: () => secretText(clientSecretArn) }) }, now);
}

async function secretText(SecretId: string): Promise<string> {
  return (await client(SecretsManagerClient).send(new GetSecretValueCommand({ SecretId }))).SecretString!;
}
