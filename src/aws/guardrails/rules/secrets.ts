import { GuardrailApp } from '../template/guardrail-app';
import { GuardrailTemplate } from '../template/guardrail-template';
import { contentsOf } from '../template/template-value';

/** Attributes by which CloudFormation returns a secret. */
const SECRET_ATTRIBUTES: Readonly<Record<string, RegExp>> = {
  'AWS::IAM::AccessKey': /^SecretAccessKey$/,
  'AWS::Cognito::UserPoolClient': /^ClientSecret$/,
  'AWS::AppSync::ApiKey': /^ApiKey$/,
};

const SECRET_REFERENCE = /\{\{\s*resolve\s*:\s*(secretsmanager|ssm-secure)\s*:/i;

/** Forms of credentials that are nothing else. */
const CREDENTIALS: readonly [what: string, form: RegExp][] = [
  ['an access key of AWS', /\b(?:AKIA|ASIA)[A-Z2-7]{16}\b/],
  // Long-term keys, and the beginning that all short-term keys have: both are Base64. https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys.html
  ['an API key of Bedrock', /\b(?:ABSK[A-Za-z0-9+/]{60,}|bedrock-api-key-YmVkcm9jay5hbWF6b25hd3MuY29t)/],
  ['a token of GitHub', /\b(?:gh[oprsu]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{60,})/],
  ['a token of GitLab', /\bglpat-[\w-]{20}/],
  ['a token of Slack', /\bxox[abeoprs]-[A-Za-z0-9-]{10,}/],
  ['a key of OpenAI or Anthropic', /\bsk-(?:ant-|proj-|svcacct-)[\w-]{20,}/],
  ['a key of Google', /\bAIza[\w-]{35}\b/],
  ['a key of Stripe', /\b[rs]k_live_[A-Za-z0-9]{20,}/],
  ['a private key', /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----/],
];

/** Names whose value is a secret. What ends in ARN, NAME or ID names one. */
const SECRET_NAME = /(?:password|passwd|passphrase|secret|secret_?access_?key|api_?key|access_?token|auth_?token|private_?key|client_?secret)$/i;

export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name);
}

/** The kind of credential that a text contains. */
export function credentialIn(text: string): string | undefined {
  return CREDENTIALS.find(([, form]) => form.test(text))?.[0];
}

/** A secret that a value contains when it is deployed, and where. */
export interface FoundSecret {
  readonly at: string;
  readonly what: string;
}

/** The secrets that a value of a template refers to. */
export function secretsIn(app: GuardrailApp, template: GuardrailTemplate, value: unknown, at: string): FoundSecret[] {
  const { texts, references } = contentsOf(value, at);
  return [
    ...texts.filter(({ text }) => SECRET_REFERENCE.test(text)).map((one) => ({ at: one.at, what: 'a secret that CloudFormation reads (dynamic reference)' })),
    ...references.flatMap(({ at: where, reference }) => {
      const { logicalId, attribute: wanted } = reference;
      const parameter = wanted === undefined && Object.hasOwn(template._parameters, logicalId) ? template._parameters[logicalId] : undefined;
      if (parameter !== undefined && [true, 'true'].includes(parameter.NoEcho as boolean)) {
        return [{ at: where, what: `the parameter ${logicalId}, which is hidden (NoEcho)` }];
      }
      const target = app._references.follow(template, reference);
      const type = target?.resource.type ?? '';
      const isSecret = Object.hasOwn(SECRET_ATTRIBUTES, type) && SECRET_ATTRIBUTES[type].test(target?.attribute ?? '');
      return isSecret ? [{ at: where, what: `${target!.attribute} of ${target!.resource.logicalId}` }] : [];
    }),
  ];
}
