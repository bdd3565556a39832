import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import * as z from 'zod';

/** What a token may be good for: reading streams, or everything. https://openid.net/specs/openid-caep-interoperability-profile-1_0.html#name-oauth-scopes */
export const SCOPES = ['ssf.read', 'ssf.manage'] as const;
export type Scope = (typeof SCOPES)[number];

export const TOKEN_SECONDS = 900;

/** No secret of a receiver is shorter than what is accepted as one, and none begins with this by accident. */
const FORM = /^ssf1\.([\w-]{1,1000})\.([\w-]{43})$/;
const claims = z.object({ stream: z.string(), scopes: z.array(z.enum(SCOPES)), exp: z.int() });

/**
 * A short-lived access token for one stream. It is authenticated with the receiver's own secret, so nothing is stored, and another secret ends every token.
 */
export function accessToken(secret: string, stream: string, scopes: readonly Scope[], now: Date): string {
  const text = Buffer.from(JSON.stringify({ stream, scopes, exp: Math.floor(now.getTime() / 1000) + TOKEN_SECONDS })).toString('base64url');
  return `ssf1.${text}.${macOf(secret, text)}`;
}

/** What a token is good for on a stream. Undefined if it is for another stream, or has ended. */
export function scopesOf(token: string, secret: string, stream: string, now: Date): readonly Scope[] | undefined {
  const [, text, mac] = FORM.exec(token) ?? [];
  if (text === undefined || !isSame(mac, macOf(secret, text))) {
    return undefined;
  }
  const read = claims.parse(JSON.parse(Buffer.from(text, 'base64url').toString()));
  return read.stream === stream && read.exp * 1000 > now.getTime() ? read.scopes : undefined;
}

/** Compares two texts in a time that says nothing of how much of them is the same. */
export function isSame(one: string, other: string): boolean {
  return timingSafeEqual(digestOf(one), digestOf(other));
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** The purpose is part of what is authenticated, so that the secret's other uses make no token. */
function macOf(secret: string, text: string): string {
  return createHmac('sha256', secret).update(`access token for signals\n${text}`).digest('base64url');
}
