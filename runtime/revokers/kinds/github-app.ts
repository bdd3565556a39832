import * as z from 'zod';
import { GITHUB_CLIENT_ID, INSTALLATION_ID } from '../../../src/contract/app-keys';
import { Presence } from '../../../src/contract/revokers';
import { handler, KindContext } from '../kind';
import { NotDone } from '../not-done';
import { Answer } from '../outbound';
import { urlOf } from '../templates';

const settings = z.object({
  apiUrl: z.string(), clientId: z.string().regex(GITHUB_CLIENT_ID), installationId: z.string().regex(INSTALLATION_ID), keyArn: z.string(),
});
type GitHubAppSettings = z.output<typeof settings>;

/** https://docs.github.com/en/rest/about-the-rest-api/api-versions */
const API_VERSION = '2022-11-28';
/** GitHub limits rates with 403 too. https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api */
const LATER_TOO = [403];
const DONE = 204;

// Only what is read.
const installation = z.object({ id: z.int(), client_id: z.string().nullish(), suspended_at: z.string().nullish() });
const app = z.object({ client_id: z.string() });

/**
 * An installation of a GitHub App: suspends it, and deletes it. https://docs.github.com/en/rest/apps/apps
 *
 * GitHub answers 404 for an installation that no longer exists and for one of another app alike, so that counts only while GitHub says that the token is the very app's.
 */
export const githubApp = handler(settings, (given, context) => {
  const path = `app/installations/${given.installationId}`;
  const ask = requests(given, context);
  const change = async (method: string, of: string, what: string): Promise<void> => {
    const { status } = await ask(method, of);
    if (status !== DONE) {
      throw new NotDone(`${what} got ${status}`);
    }
  };
  return {
    async look(): Promise<Presence> {
      const { status, json } = await ask('GET', path);
      if (status === 404) {
        requireApp(given, await ask('GET', 'app'));
        return 'absent';
      }
      if (status !== 200) {
        throw new NotDone(`the installation got ${status}${status === 401 ? ': the key signs for another app, or GitHub no longer has its public half' : ''}`);
      }
      const { data } = installation.safeParse(json);
      if (data === undefined || String(data.id) !== given.installationId || (data.client_id ?? given.clientId) !== given.clientId) {
        throw new NotDone('it returned something else than the installation that it was asked for');
      }
      return data.suspended_at == null ? 'active' : 'inactive';
    },
    suspend: () => change('PUT', `${path}/suspended`, 'the suspension of the installation'),
    resume: () => change('DELETE', `${path}/suspended`, 'the end of the suspension of the installation'),
    revoke: () => change('DELETE', path, 'the deletion of the installation'),
  };
});

type Ask = (method: string, path: string) => Promise<Answer>;

/** Sends requests of one order, all with one token. */
function requests({ apiUrl, clientId, installationId, keyArn }: GitHubAppSettings, { send, appToken }: KindContext): Ask {
  let token: Promise<string> | undefined;
  return async (method, path) => {
    const url = urlOf(`${apiUrl}/${path}`);
    token ??= appToken({ keyArn, clientId, installationId, url });
    return send({
      method,
      url,
      headers: { 'accept': 'application/vnd.github+json', 'authorization': `Bearer ${await token}`, 'x-github-api-version': API_VERSION },
      laterToo: LATER_TOO,
    });
  };
}

/** @throws NotDone unless GitHub knows the token as the app's */
function requireApp({ clientId }: GitHubAppSettings, { status, json }: Answer): void {
  const said = app.safeParse(json).data?.client_id;
  if (status !== 200 || said !== clientId) {
    throw new NotDone(`the installation got 404, and GitHub does not confirm that it is asked by the app ${clientId} (${status})`);
  }
}
