import { aws_secretsmanager as secretsmanager } from 'aws-cdk-lib';
import { SuspendableRevokerProps, RevokerFacts } from './revoker-props';
import { LONGEST_SETTINGS, PLACEHOLDER, REVOKER_ID, RevokerSettings, URL_VARIABLES } from '../../contract/revokers';
import { InvalidInputError } from '../../core/errors';
import { requireInstance } from '../../core/instance';
import { requireLiteral } from '../../core/literal';
import { MonthlyCost } from '../../core/monthly-cost';
import { requireOneName } from '../../core/one-name';
import { shown } from '../../core/shown';
import { requirePlainText } from '../../core/text';

const LONGEST_SUBJECT = 256;
const HOST = /^https:\/\/[^/?#{}]+(?=[/?#]|$)/;

/** @throws InvalidInputError `RevokerInvalid`, `LiteralRequired`, `TextRequired`, `TextNotPlain`, `DynamicReference`, `WrongClass` */
export function factsWith(
  id: string, props: SuspendableRevokerProps, facts: Omit<RevokerFacts, 'id' | 'monthlyCost' | 'secrets' | 'functions'> & Partial<Pick<RevokerFacts, 'secrets' | 'functions'>>,
): RevokerFacts {
  if (typeof id !== 'string' || !REVOKER_ID.test(id)) {
    throw invalid(`the id ${shown(id)}`, '2-40 of [a-z0-9-], beginning with a letter, ending with a letter or digit, without --');
  }
  const { subject, monthlyCost } = props;
  const settings: RevokerSettings = { ...facts.settings, ...(subject === undefined ? {} : { subject: subjectOf(subject) }) };
  if (JSON.stringify(settings).length > LONGEST_SETTINGS) {
    throw invalid(`revoker ${id}, whose settings are longer than ${LONGEST_SETTINGS} characters,`, 'shorter URLs, headers and bodies');
  }
  return {
    secrets: [],
    functions: [],
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

/** @throws InvalidInputError `WrongClass`, `WildcardName` */
export function secretArnOf(secret: secretsmanager.ISecret): string {
  if (typeof secret?.secretArn !== 'string') {
    throw new InvalidInputError('WrongClass', `the secret of a revoker must be a secret of Secrets Manager, received ${shown(secret)}: use secretsmanager.Secret, or Secret.fromSecretNameV2()`);
  }
  return requireOneName('the secret of a revoker', secret.secretArn);
}

export function plainLiteral(what: string, text: string): string {
  return requirePlainText(what, requireLiteral(what, text));
}

export function invalid(what: string, allowed: string): InvalidInputError {
  return new InvalidInputError('RevokerInvalid', `${what} is not allowed: use ${allowed}`);
}
