import { createHash } from 'node:crypto';
import { SignalEvent, VERIFICATION } from './event-types';
import { signedToken, Signer } from './signer';
import { SignalStream } from '../../src/contract/signals';
import { Verification, WaitingSignal } from '../ledger';

interface Issued {
  readonly issuer: string;
  readonly signer: Signer;
  readonly stream: SignalStream;
  readonly now: Date;
}

interface AboutAgent {
  /** Key of the agent's placement. */
  readonly about: string;
  readonly eventId: string;
  readonly sequence: number;
  /** The event's place among the signals of its event. */
  readonly index: number;
  readonly atMs: number;
  readonly event: SignalEvent;
}

/** Ids of tokens: milliseconds, place in the agent's chain, place among the signals of one event, and a digest of what it is. */
export const JTI = /^\d{13}-\d{12}-\d-[0-9a-f]{32}$/;

/** A signed token about an agent. The same event always has the same id on the same stream. */
export async function signalToken(
  { issuer, signer, stream, now }: Issued, { about, eventId, sequence, index, atMs, event }: AboutAgent,
): Promise<WaitingSignal> {
  const jti = jtiOf(atMs, sequence, index, [stream.id, eventId, event.uri]);
  const claims = {
    iss: issuer,
    jti,
    iat: secondsOf(now),
    aud: stream.audience,
    txn: eventId,
    // What the interoperability profile demands of every receiver. The agent's permanent name in its account never means another agent.
    sub_id: { format: 'iss_sub', iss: issuer, sub: about },
    events: { [event.uri]: event.payload },
  };
  return { streamId: stream.id, jti, about, set: await signedToken(signer, claims) };
}

/** A signed token that answers a receiver which verifies its stream. */
export async function verificationToken({ issuer, signer, stream, now }: Issued, { state, requestedAt }: Verification): Promise<WaitingSignal> {
  const jti = jtiOf(Date.parse(requestedAt), 0, 0, [stream.id, requestedAt, state ?? '']);
  const claims = {
    iss: issuer,
    jti,
    iat: secondsOf(now),
    aud: stream.audience,
    sub_id: { format: 'opaque', id: stream.id },
    events: { [VERIFICATION]: state === undefined ? {} : { state } },
  };
  return { streamId: stream.id, jti, about: stream.id, set: await signedToken(signer, claims) };
}

/** When the event of a token occurred, in milliseconds. */
export function timeOf(jti: string): number {
  return Number(jti.slice(0, 13));
}

function jtiOf(atMs: number, sequence: number, index: number, parts: readonly string[]): string {
  const digest = createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
  return `${String(atMs).padStart(13, '0')}-${String(sequence).padStart(12, '0')}-${index}-${digest}`;
}

function secondsOf(time: Date): number {
  return Math.floor(time.getTime() / 1000);
}
