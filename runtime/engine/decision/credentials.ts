import { StackContext } from './context';
import { MOST_FORMER_CREDENTIALS, OWN_CREDENTIALS } from '../../../src/contract/own-credentials';
import { ownProviderPrefix } from '../../../src/contract/role-names';
import { RiskProfile } from '../../../src/core/risk-profile';
import { declaredCredentials, ownOfKind, recordsAfter, without } from '../../model/own-credentials';
import { isLiving, PlacementState } from '../../model/placement-state';
import { Refusal, refuse } from '../../model/plan';
import { Change, Join, LifecycleRequest } from '../../model/request';

/**
 * Refuses credentials that a leave could not delete, that the stage forbids, that would work during a suspension, or that the ledger has no room for. Those that the agent has are not refused.
 */
export function refusedCredential(
  state: PlacementState | undefined,
  { registry, placement: { agentName }, intent: { declared } }: LifecycleRequest<Join | Change>,
  { longLivedKeysAllowed }: RiskProfile,
  { wipes, now }: StackContext,
): Refusal | undefined {
  const living = isLiving(state) ? state : undefined;
  // Nobody looks for those of a kind that the registry does not wipe, so they would stand in the way for good. They don't become more: the registry takes none that are new.
  const former = recordsAfter(living, declared, now)
    .filter(({ kind, droppedAt }) => droppedAt !== undefined && wipes?.has(OWN_CREDENTIALS[kind].wipedAs) !== false);
  for (const one of without(declared.credentials ?? [], living === undefined ? [] : declaredCredentials(living))) {
    const { wipedAs, isLongLived } = OWN_CREDENTIALS[one.kind];
    const what = `agent ${agentName} declares the credential ${one.name} (${one.kind})`;
    if (ownOfKind([one], one.kind, registry, agentName).length === 0) {
      return refuse('CredentialForeign', `${what}, whose name is not the agent's: names of its credentials begin with ${ownProviderPrefix(registry, agentName)}; declare it by its construct`);
    }
    if (isLongLived && !longLivedKeysAllowed) {
      return refuse('LongLivedKeysForbidden', `${what}, and the stage ${declared.stage} allows no long-lived keys: let the system get short-lived credentials, or use a stage with longLivedKeysAllowed`);
    }
    if (wipes?.has(wipedAs) === false) {
      return refuse('CredentialsOff', `${what}, and the registry ${registry} could not delete it: add the kind ${wipedAs} to the registry's \`wipes\` and deploy the registry first`);
    }
    if (former.length > MOST_FORMER_CREDENTIALS) {
      return refuse('CredentialsExceeded', `${what}, and has ${former.length} former credentials that nobody saw yet to be deleted, at most ${MOST_FORMER_CREDENTIALS} are remembered: `
        + `the registry's sweeps look for them from an hour after the deployment that dropped them, and not while the stack was rolled back: deploy without new credentials, and with them after the next sweeps, or run \`nhi show ${agentName}\` to see what could not be deleted`);
    }
    if (state?.suspension !== undefined) {
      return refuse('AgentSuspended', `${what}, and has been suspended since ${state.suspension.since}: it can get no new credential before somebody resumes it with \`nhi resume ${agentName}\``);
    }
  }
  return undefined;
}
