import {
  BedrockAgentCoreControlClient, DeleteApiKeyCredentialProviderCommand, DeletePaymentCredentialProviderCommand,
  ListApiKeyCredentialProvidersCommand, ListBrowserProfilesCommand, ListPaymentCredentialProvidersCommand, ListPolicyEnginesCommand,
  ListWorkloadIdentitiesCommand,
} from '@aws-sdk/client-bedrock-agentcore-control';
import { orSaidUnseen, unlessUnseen } from './unless-unseen';
import { Wiper, WiperContext, WipeTarget } from './wiper';
import { ResidueKind } from '../../../src/contract/residue';
import { ownProviderPrefix } from '../../../src/contract/role-names';
import { allItems } from '../../pages';
import { Finding } from '../../wiping';
import { unlessMissing } from '../cuts/missing';

/** A kind of thing in AgentCore that is found by its name. */
interface Kind {
  readonly kind: string;
  list(client: BedrockAgentCoreControlClient): Promise<(string | undefined)[]>;
  /** Set if the agent can have such things of its own in the ledger. */
  remove?(client: BedrockAgentCoreControlClient, name: string): Promise<unknown>;
}

const KINDS: readonly Kind[] = [
  {
    kind: 'api-key-credential-provider',
    list: (client) => namesIn(
      (nextToken) => client.send(new ListApiKeyCredentialProvidersCommand({ nextToken })), (page) => page.credentialProviders),
    remove: (client, name) => client.send(new DeleteApiKeyCredentialProviderCommand({ name })),
  },
  {
    kind: 'payment-credential-provider',
    list: (client) => namesIn(
      (nextToken) => client.send(new ListPaymentCredentialProvidersCommand({ nextToken })), (page) => page.credentialProviders),
    remove: (client, name) => client.send(new DeletePaymentCredentialProviderCommand({ name })),
  },
  { kind: 'workload-identity', list: (client) => namesIn((nextToken) => client.send(new ListWorkloadIdentitiesCommand({ nextToken })), (page) => page.workloadIdentities) },
  { kind: 'browser-profile', list: (client) => namesIn((nextToken) => client.send(new ListBrowserProfilesCommand({ nextToken })), (page) => page.profileSummaries) },
  { kind: 'policy-engine', list: (client) => namesIn((nextToken) => client.send(new ListPolicyEnginesCommand({ nextToken })), (page) => page.policyEngines) },
];

/**
 * What AgentCore keeps of an agent beside OAuth2 credential providers: providers of API keys and payments, workload identities, browser profiles and policy engines. The agent's own providers are deleted;
 * all else under its name is reported.
 */
export const agentCore: Wiper = {
  name: 'agent-core',
  ofAgent: true,
  residue: ResidueKind.AGENT_CORE,
  ends: 'api-key-provider',
  source: 'credential providers for API keys and payments, workload identities, browser profiles and policy engines of AgentCore whose names are reserved for the agent or begin with it',
  gaps: [
    'such things under other names', 'memories, evaluators and datasets',
    'identities that AgentCore created for a runtime of another name: AgentCore deletes these with the runtime, and lets nobody else',
  ],
  needs: [
    {
      sid: 'FindInAgentCore',
      actions: ['ListApiKeyCredentialProviders', 'ListPaymentCredentialProviders', 'ListWorkloadIdentities', 'ListBrowserProfiles', 'ListPolicyEngines'].map((action) => `bedrock-agentcore:${action}`),
      resources: ['*'],
      of: ResidueKind.AGENT_CORE,
    },
    {
      sid: 'DeleteOwnProviders',
      actions: ['bedrock-agentcore:DeleteApiKeyCredentialProvider', 'bedrock-agentcore:DeletePaymentCredentialProvider'],
      resources: ['', '/apikeycredentialprovider/{registry}_*', '/paymentcredentialprovider/{registry}_*'].map((what) => `arn:{partition}:bedrock-agentcore:{region}:{account}:token-vault/default${what}`),
      of: ResidueKind.AGENT_CORE,
    },
  ],
  async list({ agentRuntimes }: WiperContext, target) {
    const found: Finding[] = [];
    for (const kind of KINDS) {
      // Where the agent has nothing of its own, nothing of it would be deleted. A region may lack a kind.
      const search = kind.remove !== undefined && ownNames(target).length > 0 ? unlessUnseen : orSaidUnseen;
      found.push(...await search({ wiper: 'agent-core', kind: kind.kind, id: `${kind.kind}s` }, async () => (
        (await kind.list(agentRuntimes)).flatMap((name = '') => findingOf(kind, name, target) ?? []))));
    }
    return found;
  },
  async wipe({ agentRuntimes }, _target, { kind, id }) {
    await unlessMissing(async () => void await KINDS.find((one) => one.kind === kind)!.remove!(agentRuntimes, id.slice(kind.length + 1)));
  },
};

function findingOf({ kind, remove }: Kind, name: string, target: WipeTarget): Finding | undefined {
  const { registry, agentName, declaredProviders, declaredCredentials } = target;
  const prefix = ownProviderPrefix(registry, agentName);
  const finding = { wiper: 'agent-core', kind, id: `${kind}/${name}` };
  if (remove !== undefined && name.startsWith(prefix) && ownNames(target).includes(name)) {
    return { ...finding, actedOn: true };
  }
  // A provider that the agent declares stays with it until it leaves.
  const isReserved = name.startsWith(prefix) && !(remove !== undefined && [...declaredProviders, ...providersIn(declaredCredentials)].includes(name));
  // Names in AgentCore have hyphens or not, by their kind.
  const isNamedAfter = [agentName, agentName.replaceAll('-', '_')].some((own) => name === own || /^[-_]/.test(name.startsWith(own) ? name.slice(own.length) : ''));
  return isReserved || isNamedAfter
    ? { ...finding, actedOn: false, note: kind === 'workload-identity' ? 'named after the agent: what AgentCore created for a runtime, only AgentCore deletes, with the runtime' : 'named after the agent, and not declared as its own: look at it' }
    : undefined;
}

/** Names of providers that the ledger knows as the agent's own. */
function ownNames({ ownProviders, ownCredentials }: WipeTarget): string[] {
  return [...ownProviders, ...providersIn(ownCredentials)];
}

function providersIn(credentials: WipeTarget['ownCredentials']): string[] {
  return credentials.filter((one) => one.kind === 'api-key-provider').map((one) => one.name);
}

async function namesIn<P extends { nextToken?: string | undefined }>(
  read: (nextToken: string | undefined) => Promise<P>, items: (page: P) => readonly { readonly name?: string | undefined }[] | undefined,
): Promise<(string | undefined)[]> {
  return (await allItems(read, items, (page) => page.nextToken)).map(({ name }) => name);
}
