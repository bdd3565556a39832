import type { RevokerRecord } from './revocation';
import { RevokerKind, RevokerSettings, SettingValue } from '../../src/contract/revokers';

interface Named {
  readonly id: string;
  readonly settings: RevokerSettings;
  readonly subject: string;
}

/** Where each kind finds the account. */
const PLACES: { readonly [K in RevokerKind]: (named: Named) => readonly (SettingValue | undefined)[] } = {
  'http': ({ settings: { url }, subject }) => [filled(url, subject)],
  // The token is in the secret.
  'oauth2': ({ settings: { registrationUrl, secretArn }, subject }) => [filled(registrationUrl, subject), secretArn],
  'scim': ({ settings: { baseUrl } }) => [baseUrl],
  'github-app': ({ settings: { apiUrl, installationId } }) => [`${String(apiUrl).replace(/\/+$/, '')}/app/installations/${String(installationId)}`],
  'lambda': ({ settings: { functionArn } }) => [functionArn],
  'queue': ({ settings: { worker } }) => [worker],
  'human': ({ id }) => [id],
};

const SUBJECT = '{subject}';
/** Kinds whose place alone tells the account. */
const UNNAMED: readonly RevokerKind[] = ['oauth2', 'github-app'];

/**
 * Whether two revokers may end the same account of an agent. In doubt they do: secrets, headers, texts and upper and lower case make no other account. Kinds are not compared with each other.
 */
export function maySameAccount(one: RevokerRecord, other: RevokerRecord, agentName: string): boolean {
  if (one.kind !== other.kind) {
    return false;
  }
  const [named, also] = [namedBy(one, agentName), namedBy(other, agentName)];
  const places = placesOf(also, other.kind);
  return placesOf(named, one.kind).some((place) => places.includes(place))
    && (named.subject === also.subject || !isNamedIn(one) || !isNamedIn(other));
}

/**
 * Tells the accounts of one agent apart, for what has to reach each of them. In doubt they are two: who takes them for one would leave the other as it is. Secrets and the like make no other account.
 */
export function accountText(revoker: RevokerRecord, agentName: string): string {
  const { kind, settings } = revoker;
  const subject = subjectOf(revoker, agentName);
  return [kind, ...PLACES[kind]({ id: declaredId(revoker), settings, subject }), subject].join('\n');
}

/** The id as it was declared, without what makes it unique in a list. No declared id has a `~`. */
export function declaredId({ id }: Pick<RevokerRecord, 'id'>): string {
  return id.split('~')[0];
}

function namedBy(revoker: RevokerRecord, agentName: string): Named {
  return { id: declaredId(revoker), settings: revoker.settings, subject: plain(subjectOf(revoker, agentName)) };
}

function subjectOf({ settings: { subject } }: RevokerRecord, agentName: string): string {
  return typeof subject === 'string' ? subject : agentName;
}

function placesOf(named: Named, kind: RevokerKind): string[] {
  return PLACES[kind](named).flatMap((place) => (typeof place === 'string' ? [plain(place).replace(/\/+$/, '')] : []));
}

/** Whether the subject is the account's name in that place. The request that revokes may leave it out, and what a client with its token, or an installation, is called does not matter. */
function isNamedIn({ kind, settings: { url, headers, body } }: RevokerRecord): boolean {
  return kind === 'http' ? JSON.stringify([url, headers, body]).includes(SUBJECT) : !UNNAMED.includes(kind);
}

function filled(template: SettingValue | undefined, subject: string): SettingValue | undefined {
  return typeof template === 'string' ? template.replaceAll(SUBJECT, subject) : template;
}

/** Directories compare names like this, and take white space together. */
function plain(name: string): string {
  return name.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim();
}
