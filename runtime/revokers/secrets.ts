import { errorName, NotDone } from './not-done';
import { SECRET_LIMITS } from '../../src/contract/revokers';
import { globCovers } from '../../src/core/glob';

/** Values of a secret by their key, without those that limit its use. */
export type SecretValues = Readonly<Record<string, string>>;

/** Reads a secret's text. A `NotDone` that it throws says why it can't. */
export type ReadSecret = (secretArn: string) => Promise<string>;

/** Anything else could begin another header. */
const HEADER_SAFE = /^[\x20-\x7e]+$/;

/**
 * The values of a secret for a request to a host. The secret itself names the hosts to which it may be sent: anyone who may deploy an agent could otherwise have another team's secret sent anywhere.
 *
 * @throws NotDone if it is not a JSON object of texts, or is not meant for this host or agent
 */
export async function secretFor(read: ReadSecret, secretArn: string, agentName: string, url: URL): Promise<SecretValues> {
  const { [SECRET_LIMITS.hosts]: hosts = '', [SECRET_LIMITS.agents]: agents, ...values } = textsIn(await readable(read, secretArn));
  if (!listed(hosts).includes(url.host)) {
    throw new NotDone(`the secret does not list ${url.host} in its "${SECRET_LIMITS.hosts}"`);
  }
  if (agents !== undefined && !listed(agents).some((pattern) => globCovers(pattern, agentName))) {
    throw new NotDone(`the secret does not list agent ${agentName} in its "${SECRET_LIMITS.agents}"`);
  }
  return values;
}

/** One value of a secret that is sent in a header. */
export function headerValue(values: SecretValues, key: string): string {
  const value = Object.hasOwn(values, key) ? values[key].trim() : '';
  if (!HEADER_SAFE.test(value)) {
    throw new NotDone(`the secret has no usable value "${key}"`);
  }
  return value;
}

async function readable(read: ReadSecret, secretArn: string): Promise<string> {
  try {
    return await read(secretArn);
  } catch (error) {
    throw error instanceof NotDone ? error : new NotDone(`the secret can't be read (${errorName(error)}): its policy must allow the registry's role for revokers`);
  }
}

function textsIn(text: string): Record<string, string> {
  try {
    const json: unknown = JSON.parse(text);
    if (typeof json === 'object' && json !== null && Object.values(json).every((value) => typeof value === 'string')) {
      return json as Record<string, string>;
    }
  } catch {
    // The message of this error contains a part of the secret.
  }
  throw new NotDone('the secret is not a JSON object of texts');
}

/** The parts of a list that is separated by spaces. */
export function listed(text: string): string[] {
  return text.split(/\s+/).filter((part) => part !== '');
}
