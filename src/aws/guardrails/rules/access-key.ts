import { builtInRule } from './built-in-rule';

export const ACCESS_KEY = builtInRule('access-key', {
  when: 'the template creates an access key',
  why: 'a key works from everywhere until somebody remembers it, and CloudFormation returns its secret in plain text',
}, (app) => app.templates.flatMap((template) => template.resourcesOfType('AWS::IAM::AccessKey').map(({ logicalId }) => ({
  template,
  logicalId,
  problem: `${logicalId} is a long-lived access key`,
  fix: 'let the workload assume a role: by its service in AWS, by OIDC from pipelines, by IAM Roles Anywhere from elsewhere',
}))));
