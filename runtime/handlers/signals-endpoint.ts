import { KMSClient } from '@aws-sdk/client-kms';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { client } from './clients';
import { required } from './environment';
import { secretTexts } from './secret-texts';
import { ledgerTable } from './table';
import { countOf, logger } from './telemetry';
import { ENVIRONMENT } from '../../src/contract/environment';
import { SignalSettings } from '../../src/contract/signals';
import { SignalLedger } from '../ledger';
import { apiEvent, ApiResponse, Endpoint, failed, PublicJwk, publicKey, respond } from '../signals';

/** How long a token that was rotated is still accepted. */
const TOKEN_SECONDS = 60;

let made: Endpoint | undefined;

/** Answers receivers of signals. What is kept between requests are the public keys, and the tokens of the receivers for a minute. */
export async function signalsEndpoint(event: unknown): Promise<ApiResponse> {
  const request = apiEvent.safeParse(event);
  made ??= make();
  return request.success ? respond(made, request.data) : failed(400, 'invalid_request', 'this is no request of a receiver');
}

function make(): Endpoint {
  const { issuer, keyArn, formerKeyArns = [], streams } = JSON.parse(required(ENVIRONMENT.signals)) as SignalSettings;
  const kms = client(KMSClient);
  const now = (): Date => new Date();
  let keys: Promise<PublicJwk[]> | undefined;
  return {
    issuer,
    streams,
    signals: new SignalLedger(ledgerTable()),
    publicKeys: () => {
      keys ??= Promise.all([keyArn, ...formerKeyArns].map((arn) => publicKey(kms, arn)));
      // A failure is not kept.
      keys.catch(() => { keys = undefined; });
      return keys;
    },
    secret: secretTexts(client(SecretsManagerClient), TOKEN_SECONDS, now),
    now,
    count: countOf(required(ENVIRONMENT.registryName)),
    warn: (message, fields) => logger.warn(message, fields),
  };
}
