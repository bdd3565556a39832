import { createHash, timingSafeEqual } from 'node:crypto';
import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { ReviewPage } from './page';
import { PageSession } from '../ledger';

const SESSION_COOKIE = 'nhi-session';
/** `Lax`, because the identity provider sends the browser back. It is worth nothing but the end of a sign-in. */
const SIGN_IN_COOKIE = 'nhi-sign-in';
const SESSION_MS = 30 * 60_000;
const SIGN_IN_MS = 10 * 60_000;
const ID_BYTES = 32;

export function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Opens a session. The browser gets its id, and nothing else has it. An earlier session of the browser ends. */
export async function openSession(context: Context, { ledger, now, random }: ReviewPage, proven: Pick<PageSession, 'link' | 'identity' | 'isOperator'>): Promise<PageSession> {
  const before = getCookie(context, SESSION_COOKIE, 'host');
  const id = random(ID_BYTES);
  const expiresAt = new Date(now().getTime() + SESSION_MS).toISOString();
  const session: PageSession = { hash: hashOf(id), formToken: random(ID_BYTES), expiresAt, ...proven };
  await ledger.saveSession(session);
  if (before !== undefined) {
    await ledger.endSession(hashOf(before));
  }
  setCookie(context, SESSION_COOKIE, id, { prefix: 'host', path: '/', secure: true, httpOnly: true, sameSite: 'Strict', maxAge: SESSION_MS / 1000 });
  return session;
}

/** The session of the browser, if it has not ended. */
export async function sessionOf(context: Context, { ledger, now }: ReviewPage): Promise<PageSession | undefined> {
  const id = getCookie(context, SESSION_COOKIE, 'host');
  return id === undefined || !/^[A-Za-z0-9_-]{43}$/.test(id) ? undefined : ledger.session(hashOf(id), now());
}

export async function endSession(context: Context, { ledger }: ReviewPage, { hash }: PageSession): Promise<void> {
  await ledger.endSession(hash);
  deleteCookie(context, SESSION_COOKIE, { prefix: 'host', path: '/', secure: true });
}

/** Whether a form was made for this session. */
export function isFormOf({ formToken }: PageSession, given: string | null): boolean {
  const [one, other] = [formToken, given ?? ''].map((text) => createHash('sha256').update(text).digest());
  return timingSafeEqual(one, other);
}

/** Marks the browser that begins a sign-in. Returns the mark's hash, and when the sign-in ends. */
export function beginSignIn(context: Context, { random, now }: ReviewPage): { readonly browser: string; readonly expiresAt: string } {
  const mark = random(ID_BYTES);
  setCookie(context, SIGN_IN_COOKIE, mark, { prefix: 'host', path: '/', secure: true, httpOnly: true, sameSite: 'Lax', maxAge: SIGN_IN_MS / 1000 });
  return { browser: hashOf(mark), expiresAt: new Date(now().getTime() + SIGN_IN_MS).toISOString() };
}

/** The hash of the mark, which the browser loses. */
export function takeSignInMark(context: Context): string | undefined {
  const mark = getCookie(context, SIGN_IN_COOKIE, 'host');
  deleteCookie(context, SIGN_IN_COOKIE, { prefix: 'host', path: '/', secure: true });
  return mark === undefined ? undefined : hashOf(mark);
}
