import { createHash } from 'node:crypto';
import * as z from 'zod';
import { Mac } from './mac';
import { LINK_PURPOSES, LinkPurpose } from '../../src/contract/review-page';

/** What a link is for: one purpose, one review or revocation, one person. */
export interface LinkClaims {
  readonly purpose: LinkPurpose;
  readonly registry: string;
  readonly account: string;
  readonly agentName: string;
  /** The review, or the reference of the revocation. */
  readonly reviewId: string;
  /** Mail address in lower case, to which the link was sent. */
  readonly person: string;
  readonly expiresAtEpochSeconds: number;
  /** Makes each link another one. */
  readonly nonce: string;
}

/** Binds the MAC to what it is for: a MAC of the same key over anything else does not fit a link. */
const MESSAGE_TYPE = 'nhi-review-link/2';
const LONGEST_TOKEN = 1_200;
/** Base64url of the claims and of the 32 bytes of the MAC. */
const TOKEN = /^([A-Za-z0-9_-]{40,1100})\.([A-Za-z0-9_-]{43})$/;

const claimsText = z.strictObject({
  purpose: z.enum(LINK_PURPOSES),
  registry: z.string(),
  account: z.string().regex(/^\d{12}$/),
  agentName: z.string().regex(/^[a-z0-9-]{1,64}$/),
  reviewId: z.string().min(1).max(40),
  person: z.string().min(3).max(254),
  expiresAtEpochSeconds: z.int().positive(),
  nonce: z.string().regex(/^[A-Za-z0-9_-]{22,64}$/),
}) satisfies z.ZodType<LinkClaims>;

/** Signs the claims. The token belongs in the mail and nowhere else: anyone who has it can open the review. */
export async function signLink(mac: Pick<Mac, 'generate'>, claims: LinkClaims): Promise<string> {
  const text = Buffer.from(JSON.stringify(claims)).toString('base64url');
  return `${text}.${Buffer.from(await mac.generate(messageOf(text))).toString('base64url')}`;
}

/** The claims of a genuine link of this registry that has not expired. Undefined for anything else. */
export async function readLink(mac: Pick<Mac, 'verify'>, token: string, registry: string, now: Date): Promise<LinkClaims | undefined> {
  const parts = token.length > LONGEST_TOKEN ? null : TOKEN.exec(token);
  if (parts === null || !isCanonical(parts[1]) || !isCanonical(parts[2]) || !await mac.verify(messageOf(parts[1]), Buffer.from(parts[2], 'base64url'))) {
    return undefined;
  }
  const claims = claimsText.safeParse(parsed(parts[1]));
  return claims.success && claims.data.registry === registry && claims.data.expiresAtEpochSeconds * 1000 > now.getTime() ? claims.data : undefined;
}

/** What is stored of a link: nobody can make the link of it. */
export function hashOfLink({ nonce }: LinkClaims): string {
  return createHash('sha256').update(nonce).digest('hex');
}

/** The last character of base64url has spare bits: two texts could mean the same bytes. */
function isCanonical(text: string): boolean {
  return Buffer.from(text, 'base64url').toString('base64url') === text;
}

function messageOf(text: string): Uint8Array {
  return Buffer.from(`${MESSAGE_TYPE}\n${text}`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}
