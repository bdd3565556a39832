import { setTimeout as pause } from 'node:timers/promises';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';
import { client } from './clients';
import { required } from './environment';
import { logger } from './telemetry';
import { ENVIRONMENT } from '../../src/contract/environment';
import { DirectoryAnswer, DirectorySettings, NO_ANSWER } from '../../src/contract/sponsor-directory';
import { answersOf, Directory, identityCenterDirectory, identityStore, lambdaDirectory, listDirectory, scimDirectory } from '../sponsors';

const MOST_PEOPLE = 10;
const question = z.object({ emails: z.array(z.string().min(1).max(254)).min(1).max(MOST_PEOPLE) });

/** Asks the directory of people. It has no access to the ledger, and the engine has none to the directory. */
export async function sponsorDirectory(event: unknown): Promise<DirectoryAnswer[]> {
  const { emails } = question.parse(event);
  const answers = await answersOf(directoryOf(JSON.parse(required(ENVIRONMENT.sponsorDirectory)) as DirectorySettings), emails);
  answers.filter(({ status }) => status === NO_ANSWER).forEach(({ evidence }) => logger.warn('the directory did not answer', { evidence }));
  return answers;
}

function directoryOf(settings: DirectorySettings): Directory {
  switch (settings.kind) {
    case 'list': return listDirectory(settings.people);
    case 'lambda': return lambdaDirectory(client(LambdaClient), settings.functionArn);
    case 'scim': return scimDirectory({ ...settings, token: tokenIn(settings.secretArn), allowsLoopback: process.env.AWS_ENDPOINT_URL !== undefined });
    case 'identity-center': {
      // Any client has them.
      const { credentials, sha256 } = client(LambdaClient).config;
      return identityCenterDirectory(identityStore({
        region: settings.region,
        signing: { credentials, sha256 },
        pause: async (milliseconds) => pause(milliseconds),
        endpoint: process.env.AWS_ENDPOINT_URL,
      }), settings.identityStoreId);
    }
  }
}

/** Read once for each event, so that a rotated token is noticed. */
function tokenIn(secretArn: string): () => Promise<string> {
  let token: Promise<string> | undefined;
  return () => (token ??= client(SecretsManagerClient).send(new GetSecretValueCommand({ SecretId: secretArn })).then(({ SecretString = '' }) => SecretString));
}
