import { builtInRule } from './built-in-rule';
import { isSecretName, isSecretText, isSecretUnder } from './secret-text';
import { secretsIn } from './secrets';
import { isRecord } from '../../iam/statement';
import { GuardrailFinding } from '../rule';
import { GuardrailApp } from '../template/guardrail-app';
import { GuardrailTemplate } from '../template/guardrail-template';

export const SECRET_IN_PARAMETER = builtInRule('secret-in-parameter', {
  when: 'a parameter of the template for a secret is shown or has a default, a plain parameter of Systems Manager holds one, or the text of a secret is in the template',
  why: 'everyone who may read the template or describe the stack can read it',
}, (app) => app.templates.flatMap((template) => [...templateParameters(template), ...storedSecrets(app, template)]));

/** The end of a logical id that the CDK makes of a path. */
const OF_CDK = /[0-9A-F]{8}$/;

function templateParameters(template: GuardrailTemplate): GuardrailFinding[] {
  return Object.entries(template._parameters).flatMap(([logicalId, { Type: type, NoEcho: hidden, Default: standard }]) => {
    const isHidden = [true, 'true'].includes(hidden as boolean);
    const problem = isHidden && typeof standard === 'string' && standard !== '' ? 'has a default, which is in the template'
      : !isHidden && type === 'String' && isSecretName(logicalId.replace(OF_CDK, '')) ? 'is for a secret and is shown (no NoEcho)' : undefined;
    return problem === undefined ? [] : [{
      template,
      logicalId,
      location: `Parameters.${logicalId}`,
      problem: `parameter ${logicalId} ${problem}`,
      fix: 'put the secret into AWS Secrets Manager and pass its ARN or name',
    }];
  });
}

function storedSecrets(app: GuardrailApp, template: GuardrailTemplate): GuardrailFinding[] {
  return template.resources.flatMap(({ type, logicalId, properties }) => {
    const found = type === 'AWS::SSM::Parameter' ? secretsIn(app, template, properties.Value, 'Properties.Value')[0]?.what ?? literalOf(app, template, properties)
      // Another resource's secret is not in the template, and this is where it belongs.
      : type === 'AWS::SecretsManager::Secret' && typeof properties.SecretString === 'string' && hasSecret(properties.SecretString)
        ? 'the text of the secret, which is in the template' : undefined;
    return found === undefined ? [] : [{
      template,
      logicalId,
      location: type === 'AWS::SSM::Parameter' ? 'Properties.Value' : 'Properties.SecretString',
      problem: `${type} ${logicalId} has ${found}`,
      fix: type === 'AWS::SSM::Parameter' ? 'put it into AWS Secrets Manager' : 'let Secrets Manager generate it (generateSecretString), or write the value after the deployment',
    }];
  });
}

/** A literal under a name of a secret, such as `/shop/db_password`. */
function literalOf(app: GuardrailApp, template: GuardrailTemplate, properties: Readonly<Record<string, unknown>>): string | undefined {
  const { Name: name, Value: value } = properties;
  const names = name === undefined ? [] : app.textsOf(template, name).map((one) => one.split(/[/.]/).at(-1)!);
  const found = names.find((one) => typeof value === 'string' && isSecretUnder(one.replaceAll('-', '_'), value));
  return found === undefined ? undefined : `a literal under the name ${found}`;
}

/** A user's name beside it, an empty text or a placeholder, which somebody replaces after the deployment, is no secret. */
function hasSecret(text: string): boolean {
  if (text.includes('{{resolve:')) {
    return false;
  }
  const leaves = leavesOf(text);
  const named = leaves.filter(([name]) => isSecretName(name));
  return (named.length > 0 ? named : leaves).some(([, leaf]) => isSecretText(leaf, 1));
}

/** The texts of a JSON object with their names, or the text itself. */
function leavesOf(text: string): (readonly [name: string, leaf: string])[] {
  try {
    const parsed: unknown = JSON.parse(text);
    return isRecord(parsed) ? Object.entries(parsed).map(([name, leaf]) => [name, typeof leaf === 'string' ? leaf : JSON.stringify(leaf)] as const) : [['', text]];
  } catch {
    return [['', text]];
  }
}
