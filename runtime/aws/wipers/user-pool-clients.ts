import { Wiper } from './wiper';
import { ResidueKind } from '../../../src/contract/residue';
import { ownOfKind } from '../../model/own-credentials';
import { allItems } from '../../pages';
import { Finding } from '../../wiping';
import { ofEach, unlessMissing } from '../cuts/missing';

interface Page {
  readonly UserPoolClients?: { readonly ClientId?: string; readonly ClientName?: string }[];
  readonly NextToken?: string;
  readonly [key: string]: unknown;
}

const KIND = 'user-pool-client';

/**
 * The agent's own clients of Cognito user pools according to the ledger. A deleted client gets no more tokens. Those that it got are verified without Cognito, so they are reported with their time.
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DeleteUserPoolClient.html
 */
export const userPoolClients: Wiper = {
  name: 'user-pool-clients',
  ofAgent: false,
  residue: ResidueKind.USER_POOL_CLIENTS,
  ends: KIND,
  source: 'clients of the Cognito user pools that the agent declares, by their reserved names',
  gaps: ['whether the agent got tokens: Cognito lists none'],
  needs: [{
    sid: 'EndOwnClients',
    actions: ['cognito-idp:ListUserPoolClients', 'cognito-idp:DeleteUserPoolClient'],
    resources: ['arn:{partition}:cognito-idp:{region}:{account}:userpool/*'],
    of: ResidueKind.USER_POOL_CLIENTS,
  }],
  async list({ calls }, { registry, agentName, ownCredentials }) {
    const own = ownOfKind(ownCredentials, KIND, registry, agentName);
    const pools = [...new Set(own.flatMap(({ userPool }) => userPool ?? []))];
    const found = await ofEach(pools, async (UserPoolId) => {
      const clients = await allItems(
        (NextToken?: string) => calls.json<Page>('cognito', 'ListUserPoolClients', { UserPoolId, MaxResults: 60, NextToken }), (page) => page.UserPoolClients, (page) => page.NextToken);
      return clients.filter(({ ClientName }) => own.some(({ name, userPool }) => name === ClientName && userPool === UserPoolId))
        .map(({ ClientId, ClientName }): Finding => ({ wiper: 'user-pool-clients', kind: KIND, id: `${KIND}/${UserPoolId}/${ClientId}/${ClientName}`, actedOn: true }));
    });
    return [
      ...found.flat(),
      ...own.map(({ name, userPool, tokenSeconds }): Finding => ({
        wiper: 'user-pool-clients',
        kind: 'machine-token',
        id: `machine-token/${userPool}/${name}`,
        actedOn: false,
        note: `tokens that the client got before are accepted for up to ${tokenSeconds} seconds after they were issued: nobody can recall them`,
      })),
    ];
  },
  wipe: ({ calls }, _target, { id }) => unlessMissing(async () => {
    const [, UserPoolId, ClientId] = id.split('/');
    await calls.json('cognito', 'DeleteUserPoolClient', { UserPoolId, ClientId });
  }),
};
