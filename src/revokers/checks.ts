import { aws_secretsmanager as secretsmanager } from 'aws-cdk-lib';
import { SuspendableRevokerProps, RevokerFacts } from './revoker-props';
import { GOOGLE_SECRET, LONGEST_SETTINGS, LONGEST_TEXT, PLACEHOLDER, REVOKER_ID, RevokerSettings, URL_VARIABLES } from '../contract/revokers';
import { InvalidInputError } from '../core/errors';
import { requireInstance } from '../core/instance';
import { requireLiteral } from '../core/literal';
import { MonthlyCost } from '../core/monthly-cost';
import { requireOneName } from '../core/one-name';
import { shown } from '../core/shown';
import { requirePlainText } from '../core/text';

const LONGEST_SUBJECT = 256;
const HOST = /^https:\/\/[^/?#{}]+(?=[/?#]|$)/;

/** What the registry's function needs of others. */
type Needed = 'secrets' | 'functions' | 'keys';

/** @throws InvalidInputError `RevokerInvalid`, `LiteralRequired`, `TextRequired`, `TextNotPlain`, `DynamicReference`, `WrongClass` */
export function factsWith(
  id: string, props: SuspendableRevokerProps, facts: Omit<RevokerFacts, 'id' | 'monthlyCost' | Needed> & Partial<Pick<RevokerFacts, Needed>>,
): RevokerFacts {
  if (typeof id !== 'string' || !REVOKER_ID.test(id)) {
    throw invalid(`the id ${shown(id)}`, '2-40 of [a-z0-9-], beginning with a letter, ending with a letter or digit, without --');
  }
  const { subject, monthlyCost } = props;
  const settings: RevokerSettings = { ...facts.settings, ...(subject === undefined ? {} : { subject: subjectOf(subject) }) };
  if (JSON.stringify(settings).length > LONGEST_SETTINGS) {
    throw invalid(`revoker ${id}, whose settings are longer than ${LONGEST_SETTINGS} characters,`, 'shorter URLs, headers and bodies');
  }
  const [text] = Object.values(settings).flatMap((value) => (typeof value === 'string' ? [value] : Object.values(value)))
    .filter(({ length }) => length === 0 || length > LONGEST_TEXT);
  if (text !== undefined) {
    throw invalid(`revoker ${id} with the text ${shown(text)} of ${text.length} characters`, `1-${LONGEST_TEXT} characters in each URL, header, body and other text`);
  }
  return {
    secrets: [],
    functions: [],
    keys: [],
    ...facts,
    id,
    settings,
    ...(monthlyCost === undefined ? {} : { monthlyCost: requireInstance('monthlyCost', monthlyCost, MonthlyCost, 'MonthlyCost.of() or MonthlyCost.ofTag()') }),
  };
}

function subjectOf(subject: string): string {
  if (requirePlainText('the subject of a revoker', subject).length > LONGEST_SUBJECT || ['', '.', '..'].includes(subject)) {
    throw invalid(`the subject ${shown(subject)}`, `1-${LONGEST_SUBJECT} characters, and not "." or ".."`);
  }
  return subject;
}

/** Checks a URL template: https, on a host that no variable changes. Returns it as it is. */
export function urlTemplate(what: string, template: string): string {
  const text = requirePlainText(what, template);
  const unknown = placeholdersIn(text).filter((name) => !(URL_VARIABLES as readonly string[]).includes(name));
  if (unknown.length > 0) {
    throw invalid(`${what} ${shown(template)} with the variable ${unknown.join(', ')}`, `the variables ${URL_VARIABLES.map((name) => `{${name}}`).join(', ')}`);
  }
  const filled = text.replace(PLACEHOLDER, 'x');
  const url = URL.canParse(filled) ? new URL(filled) : undefined;
  if (url?.protocol !== 'https:' || `${url.username}${url.password}${url.hash}` !== '' || !HOST.test(text) || /[{}]/.test(filled)) {
    throw invalid(`${what} ${shown(template)}`, 'https://host/path, without user and fragment, and with variables only after the host');
  }
  return text;
}

export function placeholdersIn(text: string): string[] {
  return [...text.matchAll(PLACEHOLDER)].map(([, name]) => name);
}

/** A revoker's secret, on either cloud. */
interface RevokerSecret extends Pick<RevokerFacts, 'secrets' | 'googleSecret'> {
  /** ARN, or full name at Google. */
  readonly secretArn: string;
}

interface SecretProps {
  readonly secret?: secretsmanager.ISecret;
  readonly googleSecret?: string;
}

/** @throws InvalidInputError `RevokerInvalid`, `LiteralRequired`, `WrongClass`, `WildcardName` */
export function secretIn(id: string, { secret, googleSecret }: SecretProps): RevokerSecret | undefined {
  if (googleSecret === undefined) {
    return secret === undefined ? undefined : { secretArn: secretArnOf(secret), secrets: [secret] };
  }
  if (secret !== undefined) {
    throw invalid(`the revoker ${shown(id)} with secret and googleSecret`, 'secret for an agent on AWS, or googleSecret for one on Google');
  }
  if (!GOOGLE_SECRET.test(requireLiteral('the googleSecret', googleSecret))) {
    throw invalid(`the googleSecret ${shown(googleSecret)} of revoker ${shown(id)}`, 'projects/<project>/secrets/<id>, or a version of it such as projects/acme-agents/secrets/crm/versions/3, and never the value itself');
  }
  return { secretArn: googleSecret, secrets: [], googleSecret };
}

/** @throws InvalidInputError as `secretIn` */
export function requiredSecret(id: string, props: SecretProps): RevokerSecret {
  // A secret that is missing fails as one of a wrong class.
  return secretIn(id, props) ?? { secretArn: secretArnOf(props.secret as secretsmanager.ISecret), secrets: [] };
}

/** @throws InvalidInputError `WrongClass`, `WildcardName` */
function secretArnOf(secret: secretsmanager.ISecret): string {
  if (typeof secret?.secretArn !== 'string') {
    throw new InvalidInputError('WrongClass', `the secret of a revoker must be a secret of Secrets Manager, received ${shown(secret)}: use secretsmanager.Secret, or Secret.fromSecretNameV2(), or googleSecret for an agent on Google`);
  }
  return requireOneName('the secret of a revoker', secret.secretArn);
}

export function plainLiteral(what: string, text: string): string {
  return requirePlainText(what, requireLiteral(what, text));
}

export function invalid(what: string, allowed: string): InvalidInputError {
  return new InvalidInputError('RevokerInvalid', `${what} is not allowed: use ${allowed}`);
}
