import { Wiper, WipeTarget } from './wiper';
import { globsMeet } from '../../../src/core/glob';
import { Finding } from '../../wiping';

/** What an action gives that AWS lets nobody take back, by the action. */
const OUTLIVING: Readonly<Record<string, readonly [kind: string, note: string]>> = {
  'rds-db:connect': ['database-connection', 'a connection that the agent opened before it was denied lasts until the database or the client closes it: AWS ends none, an administrator of the database does (`Revoker.lambda`), or a restart'],
  'codeartifact:GetAuthorizationToken': ['registry-token', 'a token of CodeArtifact that the agent got is accepted for up to 12 hours: nobody can revoke it'],
  'bedrock-agentcore:InvokeAgentRuntime': ['runtime-session', 'sessions of AgentCore runtimes that the agent began last up to 14 days if the runtime says so: AWS lists none'],
  'sso-oauth:CreateTokenWithIAM': ['people-token', 'tokens of people that the agent got from IAM Identity Center are accepted until they expire: Identity Center lists none'],
  'kafka-cluster:Connect': ['cluster-connection', 'a connection to the Kafka cluster that the agent opened lasts until the broker authenticates it again'],
  'elasticache:Connect': ['cluster-connection', 'a connection to the cache that the agent opened lasts up to 12 hours: AWS ends none'],
};

/** What an agent may hold that outlives its role, judged from what it was allowed. AWS lists none of it, and lets nobody delete it, so it is named. */
export const outlivingAccess: Wiper = {
  name: 'outliving-access',
  ofAgent: true,
  source: 'the agent\'s declared grants in all stages, for actions that open connections or give tokens which AWS can\'t take back',
  gaps: ['whether the agent used them: AWS lists no connection and no token', 'what policies that were attached by hand allowed'],
  needs: [],
  list: async (_context, { grants, unlistedGrants }) => [
    ...Object.entries(OUTLIVING).flatMap(([action, [kind, note]]) => resourcesOf(grants, action).map((resource): Finding => (
      { wiper: 'outliving-access', kind, id: `${kind}/${action}/${resource}`, actedOn: false, note }))),
    ...(unlistedGrants === 0 ? [] : [{ wiper: 'outliving-access', kind: 'unlisted-grants', id: 'unlisted-grants', actedOn: false, note: `${unlistedGrants} grants, of which the ledger has only a digest, were not looked at` }]),
  ],
  async wipe() {
    throw new Error('what AWS lets nobody delete is never wiped');
  },
};

function resourcesOf(grants: WipeTarget['grants'], action: string): string[] {
  const meeting = grants.filter(({ effect, actions }) => (
    effect === undefined && actions.some((pattern) => globsMeet(pattern.toLowerCase(), action.toLowerCase()))));
  return [...new Set(meeting.flatMap(({ resources }) => resources))].sort();
}
