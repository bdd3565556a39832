import { apiKeysNamed } from './api-gateway-keys';
import { orSaidUnseen } from './unless-unseen';
import { Wiper, WiperContext, WipeTarget } from './wiper';
import { ResidueKind } from '../../../src/contract/residue';
import { ownProviderPrefix, ownSecretPrefix } from '../../../src/contract/role-names';
import { allItems } from '../../pages';
import { Finding } from '../../wiping';
import { ofEach } from '../cuts/missing';

interface Parameters { readonly Parameters?: { readonly Name?: string }[]; readonly NextToken?: string; readonly [key: string]: unknown }
interface Clients {
  readonly UserPoolClients?: { readonly ClientId?: string; readonly ClientName?: string }[];
  readonly NextToken?: string;
  readonly [key: string]: unknown;
}

const NOTE = 'under a name that is reserved for the agent, and not declared as its own: look at it';

/** Credentials under names that are reserved for the agent: others may need them, so they are reported and not changed. */
export const namedCredentials: Wiper = {
  name: 'named-credentials',
  ofAgent: true,
  residue: ResidueKind.CREDENTIALS,
  source: 'parameters of Systems Manager under the path `/<registry>/<agent>/`; keys of API Gateway and clients of the user pools that the agent\'s grants and stacks name, whose names begin with `<registry>_<agent>_`',
  gaps: ['such credentials under other names', 'user pools that neither the grants nor the agent\'s stacks name', 'the contents of any parameter'],
  needs: [
    // Systems Manager can't restrict it to a path. It returns no values.
    { sid: 'FindParameters', actions: ['ssm:DescribeParameters'], resources: ['*'], of: ResidueKind.CREDENTIALS },
    { sid: 'FindApiKeys', actions: ['apigateway:GET'], resources: ['arn:{partition}:apigateway:{region}::/apikeys'], of: ResidueKind.CREDENTIALS },
    { sid: 'FindClients', actions: ['cognito-idp:ListUserPoolClients'], resources: ['arn:{partition}:cognito-idp:{region}:{account}:userpool/*'], of: ResidueKind.CREDENTIALS },
  ],
  async list(context, target) {
    const sources = { 'parameter': parametersOf, 'api-key': apiKeysOf, 'user-pool-client': clientsOf };
    return (await Promise.all(Object.entries(sources).map(([kind, search]) => (
      orSaidUnseen({ wiper: 'named-credentials', kind, id: `${kind}s` }, () => search(context, target)))))).flat();
  },
  async wipe() {
    throw new Error('what nobody declared as the agent\'s own is never wiped');
  },
};

async function parametersOf({ calls }: WiperContext, { registry, agentName }: WipeTarget): Promise<Finding[]> {
  const path = `/${ownSecretPrefix(registry, agentName)}`.replace(/\/$/, '');
  const all = await allItems(
    (NextToken?: string) => calls.json<Parameters>('ssm', 'DescribeParameters', { ParameterFilters: [{ Key: 'Path', Option: 'Recursive', Values: [path] }], NextToken }),
    (page) => page.Parameters, (page) => page.NextToken);
  return all.map(({ Name: name }) => finding('parameter', `parameter${name}`));
}

async function apiKeysOf({ calls }: WiperContext, { registry, agentName, declaredCredentials }: WipeTarget): Promise<Finding[]> {
  const prefix = ownProviderPrefix(registry, agentName);
  return (await apiKeysNamed(calls, prefix)).filter(({ name = '' }) => name.startsWith(prefix) && !isDeclared(declaredCredentials, name)).map(({ id, name }) => finding('api-key', `api-key/${id}/${name}`));
}

async function clientsOf({ calls }: WiperContext, { registry, agentName, declaredCredentials, resources }: WipeTarget): Promise<Finding[]> {
  const prefix = ownProviderPrefix(registry, agentName);
  const { arns, own } = await resources();
  const pools = new Set([...own.get('AWS::Cognito::UserPool') ?? [], ...arns.flatMap((arn) => /^arn:[^:]+:cognito-idp:[^:]+:\d+:userpool\/([\w-]+)$/.exec(arn)?.[1] ?? [])]);
  const found = await ofEach([...pools], async (UserPoolId) => {
    const all = await allItems(
      (NextToken?: string) => calls.json<Clients>('cognito', 'ListUserPoolClients', { UserPoolId, MaxResults: 60, NextToken }), (page) => page.UserPoolClients, (page) => page.NextToken);
    return all.filter(({ ClientName: name = '' }) => name.startsWith(prefix) && !isDeclared(declaredCredentials, name)).map(({ ClientId: id, ClientName: name }) => finding('user-pool-client', `user-pool-client/${UserPoolId}/${id}/${name}`));
  });
  return found.flat();
}

/** Another wiper finds what the ledger knows. */
function isDeclared(declared: WipeTarget['declaredCredentials'], name: string): boolean {
  return declared.some((one) => one.name === name);
}

function finding(kind: string, id: string): Finding {
  return { wiper: 'named-credentials', kind, id, actedOn: false, note: NOTE };
}
