import { createLocalJWKSet, JSONWebKeySet, jwtVerify, JWTPayload } from 'jose';

/** What a receiver got, after it checked it. */
export interface Received {
  readonly jti: string;
  readonly uri: string;
  readonly event: Readonly<Record<string, unknown>>;
  readonly subject: Readonly<Record<string, string>>;
  readonly txn?: string;
}

/** The error codes of RFC 8935, section 2.4. */
type Code = 'invalid_request' | 'invalid_key' | 'invalid_issuer' | 'invalid_audience';

export class Refused extends Error {
  public constructor(public readonly err: Code, message: string) {
    super(message);
  }
}

interface Expected {
  readonly issuer: string;
  readonly audience: string;
  readonly streamId: string;
}

/** A key set that the receiver fetches once. */
type Keys = () => Promise<JSONWebKeySet>;

const BASES = ['https://schemas.openid.net/secevent/caep/event-type/', 'https://schemas.openid.net/secevent/risc/event-type/', 'https://schemas.openid.net/secevent/ssf/event-type/'];

/**
 * A receiver of security event tokens, written from RFC 8417, RFC 9493, the Shared Signals Framework 1.0 (sections 3, 4 and 8.1.4) and the CAEP interoperability profile 1.0. It knows nothing of this
 * library.
 */
export class Receiver {
  /** What it accepted, once each. */
  public readonly accepted: Received[] = [];
  /** Ids of tokens that it got again. */
  public readonly repeated: string[] = [];
  private readonly seen = new Set<string>();
  private set?: Promise<JSONWebKeySet>;

  public constructor(private readonly expected: Expected, private readonly keys: Keys) {}

  /** Takes a token. One that it has seen is accepted again and does nothing. */
  public async take(token: string): Promise<void> {
    const claims = await this.verified(token);
    const received = this.meaningOf(claims);
    if (this.seen.has(received.jti)) {
      this.repeated.push(received.jti);
      return;
    }
    this.seen.add(received.jti);
    this.accepted.push(received);
  }

  public uris(): string[] {
    return this.accepted.map(({ uri }) => uri.split('/').at(-1)!);
  }

  private async verified(token: string): Promise<JWTPayload> {
    try {
      const set = await (this.set ??= this.keys());
      for (const { n = '', kty } of set.keys) {
        if (kty !== 'RSA' || Buffer.from(n, 'base64url').length * 8 < 2_048) {
          throw new Refused('invalid_key', 'the profile demands RSA of at least 2048 bits');
        }
      }
      const { payload } = await jwtVerify(token, createLocalJWKSet(set), { algorithms: ['RS256'], typ: 'secevent+jwt' });
      return payload;
    } catch (error) {
      throw error instanceof Refused ? error : new Refused('invalid_key', String(error));
    }
  }

  private meaningOf({ iss, aud, exp, sub, jti, iat, events, sub_id: subject, txn }: JWTPayload): Received {
    if (iss !== this.expected.issuer) {
      throw new Refused('invalid_issuer', `the issuer is ${iss}`);
    }
    if (![aud].flat().includes(this.expected.audience)) {
      throw new Refused('invalid_audience', `the audience is ${String(aud)}`);
    }
    demand(exp === undefined && sub === undefined, 'neither exp nor sub may be in a token');
    demand(typeof jti === 'string' && jti !== '' && typeof iat === 'number', 'jti and iat are required');
    const [[uri, event], ...others] = Object.entries((events ?? {}) as Record<string, Record<string, unknown>>).concat([['', {}]]);
    demand(BASES.some((base) => uri.startsWith(base)) && others.length === 1, 'there must be exactly one event, of a known kind');
    this.checkSubject(uri, subject as Record<string, string> | undefined);
    this.checkEvent(uri, event);
    return { jti: jti!, uri, event, subject: subject as Record<string, string>, ...(txn === undefined ? {} : { txn: txn as string }) };
  }

  private checkSubject(uri: string, subject: Record<string, string> | undefined): void {
    if (uri.endsWith('/verification')) {
      demand(subject?.format === 'opaque' && subject.id === this.expected.streamId, 'a verification is about the stream');
      return;
    }
    demand(subject?.format === 'iss_sub' && subject.iss !== '' && subject.sub !== '', 'the subject must have the format iss_sub');
  }

  private checkEvent(uri: string, event: Record<string, unknown>): void {
    const { reason_admin: reason, event_timestamp: at, credential_type: type, change_type: change } = event;
    if (uri.includes('/caep/')) {
      demand(Object.values((reason ?? {}) as Record<string, string>).some((text) => text !== ''), 'reason_admin must not be empty');
      demand(Number.isInteger(at) && Number(at) < 100_000_000_000, 'event_timestamp is in seconds');
    }
    if (uri.endsWith('/credential-change')) {
      demand(typeof type === 'string' && ['create', 'revoke', 'update', 'delete'].includes(String(change)), 'a change of credentials says which and how');
    }
  }
}

function demand(holds: boolean, message: string): void {
  if (!holds) {
    throw new Refused('invalid_request', message);
  }
}
