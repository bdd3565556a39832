import { readFileSync } from 'node:fs';
import { DIRECTORY_KINDS, DirectoryKind } from './directory-kinds';

/** What the environment says to the worker. Secrets are in files, which only its user may read. */
export interface Settings {
  readonly ordersUrl: string;
  readonly answersUrl: string;
  /** The registry whose orders it obeys: `<account>/<name>`. */
  readonly registry: string;
  readonly workerName: string;
  /** Public half of the key that signs its orders, as PEM. */
  readonly signingKey: string;
  /** File in which it remembers what it has done. */
  readonly doneFile: string;
  readonly directory: DirectorySettings;
}

export interface DirectorySettings {
  readonly kind: DirectoryKind;
  /** `ldaps://host:636`. Nothing is sent without TLS. */
  readonly url: string;
  /** Certificate of the authority that signed the directory's, as PEM. Absent: those that Node.js trusts. */
  readonly authority?: string;
  readonly bindName: string;
  readonly password: string;
  /** Only accounts below it are found. */
  readonly baseName: string;
}

/** @throws Error if a variable is missing or a file can't be read */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  const text = (name: string): string => environment[name] || fail(`the variable ${name} is not set`);
  const file = (name: string): string => readFileSync(text(name), 'utf8');
  const [kind, url] = [text('DIRECTORY_KIND'), text('LDAP_URL')];
  return {
    ordersUrl: text('ORDERS_URL'),
    answersUrl: text('ANSWERS_URL'),
    registry: text('REGISTRY'),
    workerName: text('WORKER_NAME'),
    signingKey: file('SIGNING_KEY_FILE'),
    doneFile: text('DONE_FILE'),
    directory: {
      kind: kind in DIRECTORY_KINDS ? kind as DirectoryKind : fail(`DIRECTORY_KIND is ${kind}: use ${Object.keys(DIRECTORY_KINDS).join(' or ')}`),
      url: url.startsWith('ldaps://') ? url : fail(`LDAP_URL is ${url}: use ldaps://host`),
      ...(environment.LDAP_AUTHORITY_FILE ? { authority: file('LDAP_AUTHORITY_FILE') } : {}),
      bindName: text('LDAP_BIND_NAME'),
      password: file('LDAP_PASSWORD_FILE').replace(/\r?\n$/, ''),
      baseName: text('LDAP_BASE_NAME'),
    },
  };
}

function fail(message: string): never {
  throw new Error(message);
}
