import { isSecretName } from './secret-text';
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
      const { resource, attribute = '' } = app._references.follow(template, reference) ?? {};
      return resource !== undefined && isSecretAttribute(resource.type, attribute) ? [{ at: where, what: `${attribute} of ${resource.logicalId}` }] : [];
    }),
  ];
}

/** A custom resource returns what its code returns, under a name of its own: the CDK reads a client's secret so. */
function isSecretAttribute(type: string, attribute: string): boolean {
  return Object.hasOwn(SECRET_ATTRIBUTES, type) ? SECRET_ATTRIBUTES[type].test(attribute)
    : (type.startsWith('Custom::') || type === 'AWS::CloudFormation::CustomResource') && isSecretName(attribute);
}
