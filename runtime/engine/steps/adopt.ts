import { agentTags } from '../../../src/contract/tags';
import { adoptRole } from '../../aws/principals';
import { tagsOfAgent } from '../../model/agent-tags';
import { Declared, PlacementState } from '../../model/placement-state';
import { Engine } from '../engine';
import { advance, ExecutionProgress, StepInput } from '../execution';
import { eventContext, loadPlannedRequest, stateOf } from '../loaded-request';

/**
 * Adds the registry's guards, the end and the tags to the plan's adopted roles.
 *
 * @throws RetryableError `NotAdopted`
 */
export async function adopt(engine: Engine, input: StepInput): Promise<ExecutionProgress> {
  const loaded = await loadPlannedRequest(engine, input);
  let state = stateOf(loaded);
  for (const roleId of loaded.plan.adopt ?? []) {
    const principal = state.principals[roleId];
    if (principal.before !== undefined) {
      await adoptRole(engine, principal, { before: principal.before, ...adoptionOf(engine, state, loaded.plan.change?.declared ?? state.declared) });
      const principals = { [roleId]: { adoptedAt: principal.adoptedAt ?? engine.now().toISOString() } };
      state = (await engine.ledger.commit(loaded.request.placement, state, { principals }, [], eventContext(engine, loaded.request))).state;
    }
  }
  return advance(input.progress!);
}

/** What an adopted role has by a declaration. */
export function adoptionOf(
  { registry, tagPrefix }: Pick<Engine, 'registry' | 'tagPrefix'>, { placement }: PlacementState, declared: Declared,
): { readonly end: string; readonly tags: Record<string, string> } {
  const tags = Object.entries({ ...tagsOfAgent({ placement, declared }, tagPrefix), [agentTags(tagPrefix).registry]: registry });
  return { end: declared.expiresAt, tags: Object.fromEntries(tags.filter((tag): tag is [string, string] => tag[1] !== undefined)) };
}
