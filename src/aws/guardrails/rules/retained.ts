import { builtInRule } from './built-in-rule';

const CREDENTIALS = ['AWS::IAM::AccessKey', 'AWS::IAM::InstanceProfile', 'AWS::BedrockAgentCore::WorkloadIdentity', 'AWS::RolesAnywhere::Profile', 'AWS::Cognito::UserPoolClient', 'AWS::ApiGateway::ApiKey'];

export const RETAINED = builtInRule('retained', {
  when: 'a principal or a key has `DeletionPolicy: Retain`',
  why: 'it outlives its stack, and nobody looks after it then',
}, (app) => app.templates.flatMap((template) => template.resources
  .filter((resource) => resource._isRetained
    && (CREDENTIALS.includes(resource.type) || app.principals.some((principal) => principal.resource === resource)))
  .map(({ logicalId, type }) => ({
    template,
    logicalId,
    location: 'DeletionPolicy',
    problem: `${type} ${logicalId} stays when its stack is deleted`,
    fix: 'remove RemovalPolicy.RETAIN from it',
  }))));
