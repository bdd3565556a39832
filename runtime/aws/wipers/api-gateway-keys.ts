import { Wiper } from './wiper';
import { ResidueKind } from '../../../src/contract/residue';
import { ownProviderPrefix } from '../../../src/contract/role-names';
import { ownOfKind } from '../../model/own-credentials';
import { allItems } from '../../pages';
import { unlessMissing } from '../cuts/missing';
import { PlainCalls } from '../plain-calls';

export interface ApiKey { readonly id: string; readonly name?: string; readonly enabled?: boolean }
interface Page { readonly item?: ApiKey[]; readonly position?: string }

const KIND = 'api-gateway-key';
const KEYS = 'arn:{partition}:apigateway:{region}::/apikeys';
/** API Gateway has one action for a method, and returns values of keys only to who asks for them. */
export const FIND_API_KEYS = { sid: 'FindOwnApiKeys', actions: ['apigateway:GET'], resources: [KEYS], of: ResidueKind.API_GATEWAY_KEYS };

/**
 * The agent's own keys of API Gateway according to the ledger. A key is disabled first: a deletion that fails then leaves none that works.
 * https://docs.aws.amazon.com/apigateway/latest/api/API_UpdateApiKey.html
 */
export const apiGatewayKeys: Wiper = {
  name: 'api-gateway-keys',
  ofAgent: false,
  residue: ResidueKind.API_GATEWAY_KEYS,
  ends: KIND,
  source: 'keys of API Gateway that the agent declares, by their reserved names; nothing is asked for an agent that declares none',
  gaps: ['keys in other regions', 'keys without the tag of the registry, which the engine can\'t delete'],
  needs: [
    FIND_API_KEYS,
    { sid: 'EndOwnApiKeys', actions: ['apigateway:PATCH', 'apigateway:DELETE'], resources: [`${KEYS}/*`], of: ResidueKind.API_GATEWAY_KEYS, ofTagged: true },
  ],
  async list({ calls }, { registry, agentName, ownCredentials }) {
    const names = ownOfKind(ownCredentials, KIND, registry, agentName).map(({ name }) => name);
    const keys = names.length === 0 ? [] : await apiKeysNamed(calls, ownProviderPrefix(registry, agentName));
    return keys.filter(({ name = '' }) => names.includes(name)).map(({ id, name }) => ({ wiper: 'api-gateway-keys', kind: KIND, id: `${KIND}/${id}/${name}`, actedOn: true }));
  },
  wipe: ({ calls }, _target, { id: finding }) => unlessMissing(async () => {
    const [, id] = finding.split('/');
    await switchApiKey(calls, id, false);
    await calls.rest('apigateway', ['apikeys', id], undefined, { method: 'DELETE' });
  }),
};

/** The keys whose names have a prefix, without their values. */
export function apiKeysNamed(calls: Pick<PlainCalls, 'rest'>, prefix: string): Promise<ApiKey[]> {
  return allItems(
    async (position) => await calls.rest('apigateway', ['apikeys'], undefined, { query: { name: prefix, position } }) as Page, (page) => page.item, (page) => page.position);
}

export async function switchApiKey(calls: Pick<PlainCalls, 'rest'>, id: string, enabled: boolean): Promise<void> {
  await calls.rest('apigateway', ['apikeys', id], { patchOperations: [{ op: 'replace', path: '/enabled', value: String(enabled) }] }, { method: 'PATCH' });
}
