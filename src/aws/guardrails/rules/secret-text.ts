/** Forms of credentials that are nothing else. */
const CREDENTIALS: readonly [what: string, form: RegExp][] = [
  ['an access key of AWS', /\b(?:AKIA|ASIA)[A-Z2-7]{16}\b/],
  // Long-term keys, and the beginning that all short-term keys have.
  ['a key of Amazon Bedrock', /\b(?:ABSK[A-Za-z0-9+/]{100,}|bedrock-api-key-YmVkcm9jay5hbWF6b25hd3MuY29t)/],
  ['a token of GitHub', /\b(?:gh[oprsu]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{60,})/],
  ['a token of GitLab', /\bglpat-[\w-]{20}/],
  ['a token of npm', /\bnpm_[A-Za-z0-9]{36}\b/],
  ['a token of Slack', /\bxox[abeoprs]-[A-Za-z0-9-]{10,}/],
  ['a web hook of Slack', /\bhooks\.slack\.com\/(?:services|workflows)\/T[A-Z0-9]{6,}\/[A-Z0-9]{6,}\/[A-Za-z0-9]{16,}/],
  ['a key of OpenAI or Anthropic', /\bsk-(?:ant-|proj-|svcacct-)[\w-]{20,}/],
  ['a key of Google', /\b(?:AIza[\w-]{35}|GOCSPX-[\w-]{28})\b/],
  ['a key of SendGrid', /\bSG\.[\w-]{22}\.[\w-]{43}/],
  ['a key of Stripe', /\b[rs]k_live_[A-Za-z0-9]{20,}/],
  ['a token of HashiCorp Vault', /\bhv[bs]\.[\w-]{24,}/],
  ['a signed token (JWT)', /\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{20,}/],
  ['a private key', /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----/],
];

/** A URL with a user and a password. */
const URL_LOGIN = /\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s:/@"'<>]*:([^\s:/@"'<>]{3,})@/gi;

/** The kind of credential that a text contains. */
export function credentialIn(text: string): string | undefined {
  return CREDENTIALS.find(([, form]) => form.test(text))?.[0]
    ?? ([...text.matchAll(URL_LOGIN)].some(([, password]) => isSecretText(password, 3)) ? 'a URL with a password' : undefined);
}

/** Names whose value is a secret. What ends in ARN, NAME or ID names one. */
const SECRET_NAME = /(?:password|passwd|passphrase|_pass|secret|secret_?access_?key|api_?key|(?:master|secret|signing|encryption)_?key|(?:access|auth|oauth|refresh|bearer)_?token|private_?key|client_?secret)$/i;
/** Names whose value is a secret if it looks like one: a token is also that of a page, of a form, of a design. */
const TOKEN_NAME = /token$/i;
const RANDOM = /^(?=.*\d)(?=.*[a-z])[\w.~+/=-]{16,}$/i;
/** The name of a secret, which code looks up: `prod/db-login`. Generated secrets are not of lower-case words between slashes. */
const PATH_OF_SECRET = /^[a-z][a-z0-9_-]*(\/[a-z][a-z0-9_-]*)+$/;
/** Under a name that ends in SECRET, words with hyphens name one. */
const WORDS = /^[a-z]+([-_.][a-z]+)+$/i;
const PLACEHOLDER = /^(change|dummy|example|fill|placeholder|replace|tbd|to_?be|to-be|todo|update|your|insert|not-?set|unset|x{3,}|\*+$)/i;
const HEADER = /^x(-[a-z]+)+$/i;

export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name);
}

/** Whether a text under a name is a secret, and not the place of one, a switch, a number, the name of a header or a placeholder. */
export function isSecretUnder(name: string, text: string): boolean {
  if (!isSecretText(text)) {
    return false;
  }
  return isSecretName(name) ? !PATH_OF_SECRET.test(text) && !(/secret$/i.test(name) && WORDS.test(text)) : TOKEN_NAME.test(name) && RANDOM.test(text);
}

/** Whether a text may be a secret. */
export function isSecretText(text: string, least = 6): boolean {
  return text.length >= least && !PLACEHOLDER.test(text) && !HEADER.test(text) && !/\s/.test(text)
    && !/^(arn:|https?:\/\/|\/|\{\{|\$|<|%|(true|false|none|null|undefined|disabled|enabled)$|[\d.]+$)/i.test(text);
}

/** Assignments in a script or a build's description: `export DB_PASSWORD=...`, `--token=...`, `API_KEY: ...`. */
const ASSIGNMENT = /(?<![\w-])([A-Za-z_][\w-]{0,80}|--[\w-]{1,80})["']?\s*[=:]\s*(["']?)([^\s"'`;,&|]+)\2/g;

/** Code also assigns calls, names and types: only a text in quotes counts that has letters and digits. */
const LITERAL = /(?<![\w-])([A-Za-z_][\w]{0,80})["']?\s*(?:=|:|:=|=>)\s*(["'`])(?=[^"'`]*\d)(?=[^"'`]*[A-Za-z])([^\s"'`${}]{8,200})\2/g;

/** Texts of code under such names that are no secret: a path or URI, what AWS calls a key or a managed secret, a UUID, words with a number, a constant, the type of a column. */
const NO_SECRET = /[/:()[\]!]|^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$|^[a-z]+([-_.][a-z0-9]+)*[-_.]v?\d+$|^[a-z]+([-_.][a-z]+)+([-_.]?\d+)?$|^[A-Z]+(_[A-Z0-9]+)*$/i;

/** The form of a secret access key, which may have slashes. */
const ACCESS_KEY = /^[A-Za-z0-9/+]{40}$/;

/** The names to which code assigns a secret as a text. */
export function secretsAssignedInCode(code: string): string[] {
  const isSecret = (name: string, text: string): boolean => isSecretUnder(name, text) && (ACCESS_KEY.test(text) || !NO_SECRET.test(text));
  return [...code.matchAll(LITERAL)].filter(([, name, , text]) => isSecret(name, text)).map(([, name]) => name);
}

/** The names under which a script has a secret as a text. */
export function secretsAssignedIn(script: string): string[] {
  return [...script.matchAll(ASSIGNMENT)].filter(([, name, , text]) => !text.includes('$') && isSecretUnder(name, text)).map(([, name]) => name);
}
