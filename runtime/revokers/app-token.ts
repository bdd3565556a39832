import * as z from 'zod';
import { errorName, NotDone } from './not-done';
import { listed } from './secrets';
import { AppKeyUse, GITHUB_CLIENT_ID, INSTALLATION_ID, installationOwner } from '../../src/contract/app-keys';

/** Keys that sign and can't be read. */
export interface SigningKeys {
  /** The key that an ARN of a key or of an alias stands for, with its description. */
  describe(keyArn: string): Promise<{ readonly keyArn: string; readonly description: string }>;
  /** RS256 of a text. */
  sign(keyArn: string, text: string): Promise<Uint8Array>;
}

/** What a token of a GitHub App is wanted for. */
export interface AppTokenUse {
  readonly keyArn: string;
  readonly clientId: string;
  readonly installationId: string;
  readonly registry: string;
  readonly agentName: string;
  /** Where it is sent. */
  readonly url: URL;
}

/** GitHub advises it against clocks that differ, and takes no token that ends in more than ten minutes. */
const BEFORE_SECONDS = 60;
/** Longer than what one order can take, by the time limit of its function and a minute for clocks that differ. */
const VALID_SECONDS = 240;

const keyUse = z.object({
  githubApp: z.string().regex(GITHUB_CLIENT_ID),
  hosts: z.string(),
  installations: z.record(z.string().regex(INSTALLATION_ID), z.string()),
}) satisfies z.ZodType<AppKeyUse>;

/**
 * A token with which a GitHub App says who it is (RFC 7519). The key itself says for which app, installations, agents and hosts it signs: anyone who may deploy an agent could otherwise have a token of another
 * team's app sent anywhere, or have another agent's installation deleted.
 * https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app
 *
 * @throws NotDone if the key is not meant for that, or does not sign
 */
export async function appToken(keys: SigningKeys, use: AppTokenUse, now: Date): Promise<string> {
  const { keyArn, description } = await from(() => keys.describe(use.keyArn));
  requireMeant(description, use);
  const at = Math.floor(now.getTime() / 1000);
  const text = [{ alg: 'RS256', typ: 'JWT' }, { iat: at - BEFORE_SECONDS, exp: at + VALID_SECONDS, iss: use.clientId }]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  // The very key whose description was read: an alias may stand for another one by now.
  return `${text}.${Buffer.from(await from(() => keys.sign(keyArn, text))).toString('base64url')}`;
}

function requireMeant(description: string, { clientId, installationId, registry, agentName, url }: AppTokenUse): void {
  const use = keyUse.safeParse(jsonIn(description)).data;
  if (use === undefined) {
    throw new NotDone('the description of the key does not say for which app, hosts and installations it signs');
  }
  if (use.githubApp !== clientId) {
    throw new NotDone(`the key is not meant for the app ${clientId}`);
  }
  if (!listed(use.hosts).includes(url.host)) {
    throw new NotDone(`the key does not list ${url.host} in its "hosts"`);
  }
  const owner = installationOwner(registry, agentName);
  if (!Object.hasOwn(use.installations, installationId) || use.installations[installationId] !== owner) {
    throw new NotDone(`the key does not list installation ${installationId} as that of ${owner}`);
  }
}

async function from<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw error instanceof NotDone ? error : new NotDone(`the key can't be used (${errorName(error)}): its policy must allow the registry's role for revokers kms:DescribeKey and kms:Sign, and it must have its private key`);
  }
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
