import { PROGRAM_ENVIRONMENT } from '../../../src/contract/google';
import { GOOGLE_SECRET, RevokerReport } from '../../../src/contract/revokers';
import { Placement } from '../../../src/core/lifecycle-event';
import { isSeen, RevocationRecord } from '../../model/revocation';
import { NotDone } from '../../revokers/not-done';
import { outbound } from '../../revokers/outbound';
import { Outside as Reaches, perform } from '../../revokers/perform';
import { GoogleApi } from '../api';

/** Reaches third parties from this machine. It throws for none of them. */
export type AskThirdParty = (registry: string, placement: Placement, record: RevocationRecord) => Promise<RevokerReport>;

interface Payload {
  readonly payload?: { readonly data?: unknown };
}

const PEOPLE: RevokerReport = { outcome: 'awaiting', acted: false, note: 'people have to revoke it, and nobody has confirmed it with nhi confirm' };

/** With the credentials of the environment. Secrets are read each time, kept nowhere, and sent only to the hosts that they list. */
export function thirdParties(api: GoogleApi, environment: Readonly<Record<string, string | undefined>>): AskThirdParty {
  const privateHosts = (environment[PROGRAM_ENVIRONMENT.privateHosts] ?? '').split(/\s+/).filter((host) => host !== '');
  const now = (): Date => new Date(api.now());
  const nowhere = async (): Promise<never> => {
    throw new NotDone('nothing on Google can do that');
  };
  const reaches: Reaches = {
    // A fake of Google is on this machine, and so are the third parties of its tests.
    send: outbound({ privateHosts, now, allowsPlain: (environment[PROGRAM_ENVIRONMENT.endpoint] ?? '') !== '' }),
    readSecret: (name) => secretText(api, name),
    keys: { describe: nowhere, sign: nowhere },
    invoke: nowhere,
    post: nowhere,
    now,
  };
  return async (registry, { account, agentName }, record) => {
    const { revoker: { id, kind, settings }, since } = record;
    return kind === 'human' ? PEOPLE : perform(reaches, {
      action: 'revoke', registry, account, agentName, revoker: id, kind, settings, since, ...(isSeen(record) ? { seenBefore: true } : {}),
    });
  };
}

/** @throws NotDone without anything of the secret */
async function secretText(api: GoogleApi, name: string): Promise<string> {
  if (!GOOGLE_SECRET.test(name)) {
    throw new NotDone('its secret is not named as one of Secret Manager');
  }
  const version = name.includes('/versions/') ? name : `${name}/versions/latest`;
  const { payload } = await api.call<Payload>({ service: 'secretmanager', method: 'GET', path: `/v1/${version}:access` }).catch((error: { readonly status?: unknown }) => {
    throw new NotDone(`the secret can't be read (status ${Number(error.status) || 'unknown'}): these credentials need secretmanager.versions.access on it`);
  });
  if (typeof payload?.data !== 'string') {
    throw new NotDone('Secret Manager returned no data');
  }
  return Buffer.from(payload.data, 'base64').toString('utf8');
}
