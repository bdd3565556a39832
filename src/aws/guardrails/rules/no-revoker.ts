import { builtInRule } from './built-in-rule';
import { LIFECYCLE_RESOURCE_TYPE } from '../../../contract/lifecycle-resource';

/** Credentials for systems of others. */
const CREDENTIALS = ['AWS::BedrockAgentCore::ApiKeyCredentialProvider', 'AWS::BedrockAgentCore::OAuth2CredentialProvider', 'AWS::Events::Connection'];

export const NO_REVOKER = builtInRule('no-revoker', {
  when: 'the stack of a managed agent has a credential for another system, and the agent declares none as its own',
  why: 'the other system keeps accepting the credential after the agent has left',
}, (app) => app.templates.flatMap((template) => {
  const lifecycles = template.resourcesOfType(LIFECYCLE_RESOURCE_TYPE);
  const isDeclared = lifecycles.length === 0
    || lifecycles.some(({ properties }) => properties.OwnProviders !== undefined || properties.Revokers !== undefined);
  return isDeclared ? [] : template.resources.filter(({ type }) => CREDENTIALS.includes(type)).map(({ type, logicalId }) => ({
    template,
    logicalId,
    problem: `${type} ${logicalId} is a credential for another system, and nothing revokes it there when the agent leaves`,
    fix: 'declare what revokes it on the agent, or revoke it by hand when the agent leaves and acknowledge this',
  }));
}));
