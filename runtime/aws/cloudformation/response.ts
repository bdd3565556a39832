import { request as requestPlain } from 'node:http';
import { request as requestTls } from 'node:https';
import { setTimeout as pause } from 'node:timers/promises';
import { InvalidInputError, RetryableError } from '../../../src/core/errors';

/** Response of a custom resource. */
export interface CloudFormationResponse {
  readonly Status: 'SUCCESS' | 'FAILED';
  readonly Reason?: string;
  readonly PhysicalResourceId: string;
  readonly StackId: string;
  readonly RequestId: string;
  readonly LogicalResourceId: string;
  readonly Data?: Readonly<Record<string, string>>;
}

/** CloudFormation accepts no longer response. https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-responses.html */
const MAX_BYTES = 4096;
const ATTEMPTS = 5;
const TIMEOUT_MS = 10_000;

/**
 * Checks the URL of the event, because anyone who can invoke the function can write one. Only URLs of CloudFormation's own buckets are accepted, and
 * URLs of the local emulator where the function runs in one.
 *
 * @throws InvalidInputError `ResponseUrlInvalid`
 */
export function checkResponseUrl(url: string, localEndpoint: string | undefined): URL {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const aws = parsed?.protocol === 'https:' && /^cloudformation-custom-resource-response-[a-z0-9-]+\.s3[a-z0-9.-]*\.amazonaws\.com(\.cn)?$/.test(parsed.hostname);
  const local = localEndpoint !== undefined && parsed !== undefined && isLoopback(parsed.hostname) && isLoopback(new URL(localEndpoint).hostname)
    && parsed.port === new URL(localEndpoint).port;
  if (parsed === undefined || !(aws || local)) {
    // The message names the host only: the URL's signature is a credential.
    throw new InvalidInputError('ResponseUrlInvalid', `the response URL's host ${JSON.stringify(parsed?.hostname)} is not one of CloudFormation's`);
  }
  return parsed;
}

function isLoopback(hostname: string): boolean {
  return ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
}

/** Serializes a response within 4,096 bytes. A longer reason is truncated and ends with a note about it. */
export function fitted(response: CloudFormationResponse): string {
  const whole = JSON.stringify(response);
  if (Buffer.byteLength(whole) <= MAX_BYTES || response.Reason === undefined) {
    return whole;
  }
  const note = ' ... (cut; the ledger has the rest)';
  let reason = response.Reason;
  let text = whole;
  while (Buffer.byteLength(text) > MAX_BYTES && reason !== '') {
    const over = Buffer.byteLength(text) - MAX_BYTES;
    // Cuts whole characters, never half a surrogate pair. JSON escapes take more than one byte, so more than one round may be needed.
    reason = [...reason].slice(0, Math.max(0, [...reason].length - Math.max(1, Math.ceil(over / 6)))).join('');
    text = JSON.stringify({ ...response, Reason: reason + note });
  }
  return text;
}

/**
 * Sends the response to CloudFormation. Sending the same response twice does no harm.
 *
 * @throws RetryableError `ResponseNotTaken` when the URL can't be reached
 */
export async function sendResponse(url: URL, response: CloudFormationResponse, backoffMs = 200): Promise<'taken' | 'too-late'> {
  const body = fitted(response);
  let last = '';
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    await pause(attempt === 0 ? 0 : backoffMs * 2 ** attempt * (0.5 + Math.random()));
    try {
      const status = await put(url, body);
      if (status >= 200 && status < 300) {
        return 'taken';
      }
      // The URL's signature has expired: CloudFormation has stopped waiting.
      if (status === 403 || status === 404) {
        return 'too-late';
      }
      last = `status ${status}`;
    } catch (error) {
      last = error instanceof Error ? error.name : 'an error';
    }
  }
  throw new RetryableError('ResponseNotTaken', `CloudFormation's response URL did not accept a response in ${ATTEMPTS} tries, last ${last}`);
}

function put(url: URL, body: string): Promise<number> {
  const send = url.protocol === 'https:' ? requestTls : requestPlain;
  return new Promise((resolve, reject) => {
    // The content type must be empty, because the URL was signed without one.
    const outgoing = send(url, { method: 'PUT', headers: { 'content-type': '', 'content-length': Buffer.byteLength(body) }, timeout: TIMEOUT_MS }, (incoming) => {
      incoming.resume();
      incoming.on('end', () => resolve(incoming.statusCode ?? 0));
    });
    outgoing.on('timeout', () => outgoing.destroy(new Error('TimedOut')));
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
