import { LONGEST_TOKEN_SECONDS } from '../../../src/contract/cuts';
import { reasonOf } from '../../../src/core/errors';
import { Holdings } from '../../aws/cuts';
import { ISSUED_TOKEN, sessionsOpenedBy } from '../../aws/wipers/opened-sessions';
import { credentialsOf } from '../../model/own-credentials';
import { PlacementState, remaining } from '../../model/placement-state';
import { revokersOf } from '../../model/revocation';
import { Engine } from '../engine';

/** What acts for a suspended agent, or speaks in its name, and can't be reached: said in the record, because nobody could find it there otherwise. */
export async function beyondReach(engine: Engine, state: PlacementState, holdings: Holdings): Promise<string[]> {
  const [sessions, runtimes] = await Promise.all([sessionsOf(engine, state, holdings), runtimesOf(holdings)]);
  // The guard names the audiences. Without them the longest duration is said, for a guard that was changed by hand.
  const tokens = sessions.some((line) => line.includes(`/${ISSUED_TOKEN}/`))
    ? 'other tokens that others verify without AWS: they are valid as long as their issuer says'
    : `tokens that others verify without AWS: one of sts:GetWebIdentityToken is valid for up to ${LONGEST_TOKEN_SECONDS} seconds after it was issued, others as long as their issuer says`;
  return [...sessions, ...runtimes, ...clientsOf(state), ...accountsOf(state), tokens];
}

/** Sessions that the agent may have opened in roles of others. */
async function sessionsOf(engine: Engine, state: PlacementState, holdings: Holdings): Promise<string[]> {
  try {
    const found = await sessionsOpenedBy(engine, { principals: remaining(state), delegates: await holdings.target.delegates() });
    return found.map(({ id, note }) => `${id}: ${note}`);
  } catch (error) {
    return [`sessions in other roles could not be looked for: ${reasonOf(error)}`];
  }
}

/** Cognito can't switch off a client. To put back what an update takes from it, the engine would have to read its secret. */
function clientsOf(state: PlacementState): string[] {
  return credentialsOf(state).filter(({ kind }) => kind === 'user-pool-client').map(({ name, userPool, tokenSeconds }) => (
    `anyone who has the secret of the client ${name} gets tokens of the user pool ${userPool}, each accepted for up to ${tokenSeconds} seconds: delete the client in Cognito to end that`));
}

/** Access outside of AWS that no suspension deactivates. What the agent holds there is not AWS's to deny. */
function accountsOf(state: PlacementState): string[] {
  return revokersOf(state).filter(({ onSuspend }) => onSuspend !== true).map(({ id, kind }) => (
    `its access at the third party ${id} (${kind}) is as it was: no suspension deactivates it`));
}

async function runtimesOf(holdings: Holdings): Promise<string[]> {
  const found = await holdings.of('AWS::BedrockAgentCore::Runtime').catch(() => []);
  return found.map((id) => `sessions that run in the AgentCore runtime ${id} can't be listed: every call that they make with the agent's role is denied`);
}
