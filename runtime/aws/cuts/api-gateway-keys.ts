import { Cut } from './cut';
import { unlessMissing } from './missing';
import { ownProviderPrefix } from '../../../src/contract/role-names';
import { ownOfKind } from '../../model/own-credentials';
import { apiGatewayKeys as wiper, apiKeysNamed, switchApiKey } from '../wipers/api-gateway-keys';

/** The agent's own keys of API Gateway are disabled: no Deny on the agent's role reaches who has one. */
export const apiGatewayKeys: Cut = {
  name: 'api-gateway-keys',
  needs: wiper.needs,
  async find({ calls, registry }, { target: { agentName, credentials } }) {
    const names = ownOfKind(credentials, 'api-gateway-key', registry, agentName).map(({ name }) => name);
    const keys = names.length === 0 ? [] : await apiKeysNamed(calls, ownProviderPrefix(registry, agentName));
    return keys.filter(({ name = '' }) => names.includes(name)).map(({ id, name, enabled }) => ({ id: `${name}/${id}`, isCut: enabled === false, was: 'enabled' }));
  },
  apply: ({ calls }, id) => unlessMissing(() => switchApiKey(calls, id.split('/')[1], false)),
  restore: ({ calls }, { id }) => unlessMissing(() => switchApiKey(calls, id.split('/')[1], true)),
};
