import { builtInRule } from './built-in-rule';
import { isSecretText, secretsAssignedInCode } from './secret-text';
import { contentsOf } from '../template/template-value';

/** Properties of CloudFormation that are the secret itself. */
const PROPERTY = /(?:^|\.)(?:MasterUserPassword|UserPassword|Password|Passwords|AuthToken|OAuthToken|OauthToken|AccessToken|SecretToken|ClientSecret|SecretAccessKey|ApiKeyValue|PrivateKey|Passphrase)(?:\.\d+)?$/;
/** Where the property has a name that others use too. */
const OF_TYPE: Readonly<Record<string, RegExp>> = { 'AWS::ApiGateway::ApiKey': /^Properties\.Value$/, 'AWS::Events::Connection': /\.(?:ApiKeyValue|Value)$/ };
/** Code that is in the template. */
const CODE: Readonly<Record<string, RegExp>> = { 'AWS::Lambda::Function': /\.ZipFile$/, 'AWS::CloudFront::Function': /\.FunctionCode$/, 'AWS::Synthetics::Canary': /\.Script$/ };
/** The rules for environments and for secrets judge these. */
const ELSEWHERE = /\.(?:Environment|EnvironmentVariables|RuntimeEnvironmentVariables|Variables|DefaultArguments|SecretString)(?:\.|$)/;

export const SECRET_IN_PROPERTY = builtInRule('secret-in-property', {
  when: 'a property that is a secret, such as `MasterUserPassword`, has its text in the template, or the default of a parameter; code in the template assigns one',
  why: 'everyone who may read the template or the repository can use it, and nobody can change it without a deployment',
}, (app) => app.templates.flatMap((template) => template.resources.flatMap(({ type, logicalId, properties }) => {
  const { texts, references } = contentsOf(properties, 'Properties');
  const isSecret = ({ at }: { readonly at: string }): boolean => (
    !ELSEWHERE.test(at) && (PROPERTY.test(at) || (Object.hasOwn(OF_TYPE, type) && OF_TYPE[type].test(at))));
  // The CDK joins a reference to a secret of several parts.
  const resolved = new Set(texts.filter(({ text }) => text.includes('{{resolve:')).map(({ at }) => at));
  const found = [
    ...texts.filter((one) => isSecret(one) && !resolved.has(one.at) && isSecretText(one.text, 1)),
    ...texts.filter(({ at, text }) => Object.hasOwn(CODE, type) && CODE[type].test(at) && secretsAssignedInCode(text).length > 0),
    ...references.filter((one) => isSecret(one) && isShown(template._parameters, one.reference.logicalId)),
  ];
  return found.slice(0, 1).map(({ at }) => ({
    template,
    logicalId,
    location: at,
    problem: `${type} ${logicalId} has the text of a secret in ${at.replace(/^Properties\./, '')}`,
    fix: 'let the service manage the secret (ManageMasterUserPassword), or keep it in AWS Secrets Manager and refer to it: {{resolve:secretsmanager:...}}; code reads it from there',
  }));
})));

/** Hidden parameters with a default are a finding of their own. */
function isShown(parameters: Readonly<Record<string, Record<string, unknown>>>, name: string): boolean {
  const { Default: standard, NoEcho: hidden } = Object.hasOwn(parameters, name) ? parameters[name] : {};
  return typeof standard === 'string' && standard !== '' && ![true, 'true'].includes(hidden as boolean);
}
