import { builtInRule } from './built-in-rule';
import { credentialIn } from './secret-text';
import { GuardrailFinding } from '../rule';
import { GuardrailTemplate } from '../template/guardrail-template';
import { contentsOf } from '../template/template-value';

export const KEY_IN_TEMPLATE = builtInRule('key-in-template', {
  when: 'a text of the template is a credential: an access key, a token of GitHub, npm or Slack, a private key, a URL with a password',
  why: 'it is in the template, in the assets and in everyone\'s checkout: take it for stolen',
}, (app) => app.templates.flatMap((template) => [
  ...template.resources.flatMap(({ logicalId, properties }) => findingIn(template, logicalId, properties, 'Properties')),
  ...Object.entries(template._outputs).flatMap(([logicalId, output]) => findingIn(template, logicalId, output, `Outputs.${logicalId}`)),
  ...Object.entries(template._parameters).flatMap(([logicalId, parameter]) => findingIn(template, logicalId, parameter, `Parameters.${logicalId}`)),
]));

function findingIn(template: GuardrailTemplate, logicalId: string, value: unknown, at: string): GuardrailFinding[] {
  return contentsOf(value, at).texts.flatMap((one) => {
    const what = credentialIn(one.text);
    return what === undefined ? [] : [{
      template,
      logicalId,
      location: one.at,
      problem: `${logicalId} contains ${what}`,
      fix: 'revoke it at its issuer, make a new one, and keep that in AWS Secrets Manager',
    }];
  }).slice(0, 1);
}
