import { GoogleApi } from './google-api';

const UNNAMED = 'somebody: Google did not name the caller';
const LONGEST = 200;

/** The address of the identity that calls, as Google names it. A token without the scope for it has no name: the audit log of the project has it then. */
export async function callerOf(api: GoogleApi): Promise<string> {
  return await namedCaller(api) ?? UNNAMED;
}

/** The same. Undefined if Google does not name the caller. */
export async function namedCaller(api: GoogleApi): Promise<string | undefined> {
  const { email } = await api.call<{ email?: unknown }>({ service: 'openidconnect', method: 'GET', path: '/v1/userinfo' }).catch(() => ({ email: undefined }));
  return typeof email === 'string' && email !== '' ? email.replace(/\p{C}/gu, '?').slice(0, LONGEST) : undefined;
}
