import { builtInRule } from './built-in-rule';
import { GuardrailResource } from '../template/guardrail-resource';

/** `AwsCustomResource` of the CDK, which makes a call of AWS at deployment and keeps its answer as attributes. */
const CALLS = 'Custom::AWS';
const MAKES_KEY = /create(AccessKey|ServiceSpecificCredential)\b/i;

export const ACCESS_KEY = builtInRule('access-key', {
  when: 'the template creates an access key or an API key of Bedrock',
  why: 'a key works from everywhere until somebody remembers it, and CloudFormation returns its secret in plain text',
}, (app) => app.templates.flatMap((template) => template.resources.filter(isKey).map(({ logicalId }) => ({
  template,
  logicalId,
  problem: `${logicalId} is a long-lived access key`,
  fix: 'let the workload assume a role: by its service in AWS, by OIDC from pipelines, by IAM Roles Anywhere from elsewhere; a system that takes nothing but a key gets one of bot.accessKey() or AgentBedrockApiKey',
}))));

function isKey({ type, properties }: GuardrailResource): boolean {
  return type === 'AWS::IAM::AccessKey' || (type === CALLS && MAKES_KEY.test(JSON.stringify(properties)));
}
