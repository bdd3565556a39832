import { builtInRule } from './built-in-rule';
import { GuardrailPrincipal } from '../template/guardrail-principal';

const CREDENTIALS = ['AWS::IAM::AccessKey', 'AWS::IAM::InstanceProfile', 'AWS::BedrockAgentCore::WorkloadIdentity', 'AWS::RolesAnywhere::Profile', 'AWS::Cognito::UserPoolClient', 'AWS::ApiGateway::ApiKey'];

export const RETAINED = builtInRule('retained', {
  when: 'a principal or a key has `DeletionPolicy` or `UpdateReplacePolicy: Retain`. Roles that only a service uses for itself, such as that of API Gateway for its logs, are not meant',
  why: 'it outlives its stack, and nobody looks after it then',
}, (app) => {
  const usable = new Set(app.principals.filter(isUsable).map(({ resource }) => resource));
  return app.templates.flatMap((template) => template.resources
    .filter((resource) => resource._retainedBy !== undefined && (CREDENTIALS.includes(resource.type) || usable.has(resource)))
    .map(({ logicalId, type, _retainedBy: location }) => ({
      template,
      logicalId,
      location,
      problem: `${type} ${logicalId} stays when ${location === 'DeletionPolicy' ? 'its stack is deleted' : 'another one replaces it'}`,
      fix: 'remove RemovalPolicy.RETAIN from it',
    })));
});

/** The CDK retains the role by which API Gateway writes its logs, because it is a setting of the account. */
function isUsable({ resource, workloads, isAgent, _callers }: GuardrailPrincipal): boolean {
  return resource.type === 'AWS::IAM::User' || workloads.length > 0 || isAgent || _callers.some(({ kind }) => kind !== 'service');
}
