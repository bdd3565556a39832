import { DeleteOauth2CredentialProviderCommand, ListOauth2CredentialProvidersCommand } from '@aws-sdk/client-bedrock-agentcore-control';
import { Wiper } from './wiper';
import { ownProviderPrefix } from '../../../src/contract/role-names';
import { allItems } from '../../pages';

const VAULT = 'arn:{partition}:bedrock-agentcore:{region}:{account}:token-vault/default';

/**
 * The agent's own OAuth2 credential providers in AgentCore according to the ledger, with which it acts on behalf of people. Others under the agent's name
 * are reported. AgentCore does not exist in every region, so nothing is asked for an agent that declares none.
 * https://docs.aws.amazon.com/bedrock-agentcore/latest/devguide/on-behalf-of-token-exchange.html
 */
export const oauthProviders: Wiper = {
  name: 'oauth-providers',
  ofAgent: true,
  source: 'OAuth2 credential providers of AgentCore that the agent declares, and those under the name that is reserved for it; nothing is asked for an agent that declares none',
  gaps: ['providers under other names'],
  needs: [{
    sid: 'OAuthProvidersOfAgents',
    actions: ['ListOauth2CredentialProviders', 'DeleteOauth2CredentialProvider'].map((action) => `bedrock-agentcore:${action}`),
    // AgentCore checks the vault and the collection too.
    resources: [VAULT, `${VAULT}/oauth2credentialprovider`, `${VAULT}/oauth2credentialprovider/{registry}_*`],
  }],
  async list({ agentRuntimes: client }, { registry, agentName, ownProviders, declaredProviders }) {
    const prefix = ownProviderPrefix(registry, agentName);
    if (ownProviders.length === 0 && declaredProviders.length === 0) {
      return [];
    }
    const all = await allItems(
      (nextToken) => client.send(new ListOauth2CredentialProvidersCommand({ nextToken })),
      (page) => page.credentialProviders,
      (page) => page.nextToken,
    );
    return all.flatMap(({ name = '' }) => {
      const finding = { wiper: 'oauth-providers', kind: 'oauth2-credential-provider', id: `oauth2-credential-provider/${name}` };
      if (ownProviders.includes(name)) {
        return [name.startsWith(prefix) ? { ...finding, actedOn: true } : { ...finding, actedOn: false, note: `not under ${prefix}: left alone` }];
      }
      return name.startsWith(prefix) && !declaredProviders.includes(name) ? [{ ...finding, actedOn: false, note: `under ${prefix}, and not declared: look at it` }] : [];
    });
  },
  async wipe({ agentRuntimes: client }, _target, { id }) {
    try {
      await client.send(new DeleteOauth2CredentialProviderCommand({ name: id.slice('oauth2-credential-provider/'.length) }));
    } catch (error) {
      if (!(error instanceof Error) || error.name !== 'ResourceNotFoundException') {
        throw error;
      }
    }
  },
};
