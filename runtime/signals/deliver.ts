import { timeOf, verificationToken } from './tokens';
import { Transmitter } from './transmitter';
import { METRICS } from '../../src/contract/metrics';
import { SignalStream } from '../../src/contract/signals';
import { RetryableError } from '../../src/core/errors';
import { Item, WaitingSignal } from '../ledger';

const PAGE = 50;
/** A run starts no request later than this: the function has a minute, and a request takes at most ten seconds. */
const BUDGET_MS = 40_000;
/** How long a signal may wait before somebody should look. A receiver that polls, or has paused its stream, decides itself when it comes. */
const LATE_MS = { push: 15 * 60_000, poll: 86_400_000 };
/** https://datatracker.ietf.org/doc/html/rfc8935#section-2.4 */
const ERRORS = ['invalid_request', 'invalid_key', 'invalid_issuer', 'invalid_audience', 'authentication_failed', 'access_denied', 'invalid_state'];
/** Anything else could begin another header. */
const HEADER_SAFE = /^[\x20-\x7e]{1,4096}$/;

/** What became of one request. A receiver that refuses one token may take the others. */
type Outcome = 'taken' | 'refused' | 'unavailable';

/**
 * Answers verifications, sends what waits to each receiver that is pushed to, and counts what waits too long. What is not confirmed is sent again by the next run: receivers know it by its id.
 */
export async function deliver(transmitter: Transmitter): Promise<void> {
  const outcomes = await Promise.allSettled(transmitter.streams.map((stream) => deliverStream(transmitter, stream)));
  const failed = outcomes.filter((outcome) => outcome.status === 'rejected');
  if (failed.length > 0) {
    throw failed[0].reason;
  }
}

async function deliverStream(transmitter: Transmitter, stream: SignalStream): Promise<void> {
  const { signals, now, count, warn } = transmitter;
  await answerVerification(transmitter, stream);
  const { status } = await signals.status(stream.id);
  const isPushed = stream.push !== undefined && status === 'enabled';
  if (isPushed) {
    await pushAll(transmitter, stream);
  }
  if (status === 'disabled') {
    // Anyone with the receiver's token can disable it, and nothing is kept for it then.
    warn('a receiver has disabled its stream: nothing is kept for it', { stream: stream.id });
    count(METRICS.signalUndelivered);
  }
  const [oldest] = (await signals.waiting(stream.id, 1)).signals;
  const waitedMs = oldest === undefined ? 0 : now().getTime() - timeOf(oldest.jti);
  if (waitedMs > (isPushed ? LATE_MS.push : LATE_MS.poll)) {
    warn('a receiver has not taken its signals', { stream: stream.id, status, waitingSeconds: Math.round(waitedMs / 1000) });
    count(METRICS.signalUndelivered);
  }
}

async function answerVerification({ issuer, signer, signals, now }: Transmitter, stream: SignalStream): Promise<void> {
  const verification = await signals.verification(stream.id);
  if (verification?.done === false) {
    const token = await verificationToken({ issuer, signer, stream, now: now() }, verification);
    await signals.answerVerification(verification, token, now()).catch((error: unknown) => {
      // Another run answers it, or there is a newer request: the next run sees which.
      if (!(error instanceof RetryableError)) {
        throw error;
      }
    });
  }
}

async function pushAll(transmitter: Transmitter, stream: SignalStream): Promise<void> {
  const { signals, now, unique } = transmitter;
  const claim = unique();
  if (!await signals.lease(stream.id, claim, now())) {
    return;
  }
  try {
    await pushWaiting(transmitter, stream, now().getTime() + BUDGET_MS);
  } finally {
    await signals.release(stream.id, claim);
  }
}

/** In order: after a token that was refused, nothing of the same agent is sent before it. */
async function pushWaiting(transmitter: Transmitter, stream: SignalStream, until: number): Promise<void> {
  const { signals, now } = transmitter;
  const refused = new Set<string>();
  let after: Item | undefined;
  do {
    const { signals: waiting, next } = await signals.waiting(stream.id, PAGE, after);
    for (const signal of waiting) {
      if (refused.has(signal.about)) {
        continue;
      }
      const outcome = now().getTime() > until ? 'unavailable' : await push(transmitter, stream, signal);
      if (outcome === 'unavailable') {
        return;
      }
      if (outcome === 'taken') {
        await signals.discard(stream.id, signal.jti);
      } else {
        refused.add(signal.about);
      }
    }
    after = next;
  } while (after !== undefined);
}

/** https://datatracker.ietf.org/doc/html/rfc8935#section-2 */
async function push({ send, secret, warn }: Transmitter, { id, push: target }: SignalStream, { jti, set }: WaitingSignal): Promise<Outcome> {
  const { endpoint, authorizationArn } = target!;
  try {
    const authorization = authorizationArn === undefined ? undefined : headerValue(await secret(authorizationArn));
    const { status, json } = await send({
      method: 'POST',
      url: new URL(endpoint),
      headers: { 'content-type': 'application/secevent+jwt', 'accept': 'application/json', ...(authorization === undefined ? {} : { authorization }) },
      body: set,
    });
    if (status === 202) {
      return 'taken';
    }
    warn('a receiver did not accept a signal', { stream: id, jti, status, error: errorIn(json) });
    return status === 400 ? 'refused' : 'unavailable';
  } catch (error) {
    // The message of any other error may contain what the receiver sent, or the secret.
    warn('a receiver could not be reached', { stream: id, jti, reason: error instanceof Error && error.name === 'NotDone' ? error.message : (error as Error).name });
    return 'unavailable';
  }
}

function headerValue(text: string): string {
  const value = text.trim();
  if (!HEADER_SAFE.test(value)) {
    throw Object.assign(new Error(), { name: 'SecretUnusable' });
  }
  return value;
}

/** The code of an error, if it is one of the standard: the rest of the body is the receiver's text. */
export function errorIn(json: unknown): string {
  const { err } = (typeof json === 'object' && json !== null ? json : {}) as { err?: unknown };
  return ERRORS.find((code) => code === err) ?? 'none of the standard';
}
