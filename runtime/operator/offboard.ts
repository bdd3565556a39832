import { askEngine, Asking, requestOf } from './ask-engine';
import { Connection } from './connection';
import { importerLines, importersInStack } from './importers';
import { showPlacement } from './placements';
import { Proposal } from './proposal';
import { teardownLines } from './teardown-lines';
import { RefusedError } from '../../src/core/errors';
import { decide } from '../engine/decision/decide';
import { observeFinish } from '../engine/observation/finish';
import { dependantLine, livingDependants } from '../model/dependants';
import { identityTokensOf } from '../model/identity-tokens';
import { PlacementState } from '../model/placement-state';
import { isRefusal, Plan } from '../model/plan';
import { Offboard } from '../model/request';

/**
 * Looks at an agent and its stacks, makes the engine's decision in advance, and says what the engine will do.
 *
 * @throws InvalidInputError `AgentUnknown`
 * @throws RefusedError with the engine's code, such as `AlreadyLeft`
 */
export async function proposeOffboarding(
  connection: Connection, agentName: string, reason: string, asking: Asking,
): Promise<Proposal<PlacementState>> {
  const state = await showPlacement(connection, agentName);
  const intent: Offboard = { kind: 'offboard', reason, principal: state.present };
  // Any path will do, because this only reads. The engine refuses roles outside its own path.
  const found = await observeFinish({ ...connection, registryPath: '/', now: () => asking.now }, state);
  const decision = decide(state, requestOf(connection, state.placement, intent), found);
  if (isRefusal(decision)) {
    throw new RefusedError(decision.code, decision.message);
  }
  const will = [...described(state, decision), ...await dependantLines(connection, state)];
  return { will, make: () => askEngine(connection, agentName, intent, asking) };
}

/** Who depends on the agent, so that they can be asked or told first. */
async function dependantLines({ ledger, cloudFormation }: Connection, state: PlacementState): Promise<string[]> {
  const { placement: { agentName }, declared: { stage }, owner: { stackName } } = state;
  const { agents, principals } = await livingDependants(state, (name, account) => ledger.state({ account, agentName: name }));
  const importers = await importersInStack(cloudFormation, stackName, { agentName, stage });
  return [
    ...agents.map(dependantLine), ...principals.map((principal) => `${principal} may assume its role`), ...importerLines(importers),
  ].map((line) => `  needed by: ${line}`);
}

function described(state: PlacementState, plan: Plan): string[] {
  const { placement: { agentName, account }, declared: { access, stage }, owner, suspension } = state;
  return [
    `agent ${agentName} in account ${account}: let it leave now, without a deployment. This can't be undone`,
    ...teardownLines(state, plan),
    '  removed: its sessions, IAM users and their keys, and what was attached to its roles by hand',
    ...identityTokensOf(access, stage).map(({ audiences, seconds }) => `  not revoked: tokens for ${audiences.join(', ')}, accepted up to ${seconds} seconds more`),
    `  ${suspension === undefined ? 'suspended' : 'still suspended'} after that: no deployment lets it join again before a person resumes it`,
    ...(plan.keepsDenied === undefined || plan.keepsDenied.length === 0 ? []
      : [`  afterwards: remove it from stack ${owner.stackName}, or destroy that stack; each deployment that changes the agent is refused until then`]),
  ];
}
