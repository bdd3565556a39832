import { ACCESS_POLICY } from '../../../src/contract/policy-names';
import { attachedPolicies, resourcePolicies } from '../../aws/granted';
import { accessPartsOf, isInBandAttached, PrincipalDescription } from '../../aws/principals';
import { DeclaredStage, GrantedRecord, grantsIn, grantsToRole, Unread } from '../../certification';
import { PlacementState } from '../../model/placement-state';
import { Engine } from '../engine';

/** What AWS grants an agent's present role. */
export interface Granted {
  readonly grants: readonly GrantedRecord[];
  /** Attached policies besides those of the agent's template and of the registry. */
  readonly attached: readonly string[];
  readonly unread: readonly Unread[];
}

/**
 * Reads what the role's own policies allow, what attached ones allow, and what the policies of resources allow it. The resources are those that the role's policies or the declared text name: no
 * other policy is looked for.
 */
export async function lookAtGranted(
  engine: Engine, { principals, present, placement, owner }: PlacementState, described: PrincipalDescription, declared: readonly DeclaredStage[],
): Promise<Granted> {
  const principal = principals[present];
  const attached = described.attached.filter((arn) => !isInBandAttached(engine, principal, arn)).sort();
  const contents = await attachedPolicies(engine, attached);
  const parts = await attachedPolicies(engine, accessPartsOf(engine, principal).filter((arn) => described.attached.includes(arn)));
  const inline = Object.entries(described.inline).sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, document]) => (name === ACCESS_POLICY ? { document } : { document, source: `inline policy ${name}` }));
  const ofRole = grantsIn([...inline, ...parts.found.map(({ document }) => ({ document })), ...contents.found]);
  const named = [...ofRole, ...declared.flatMap(({ grants }) => grants)].flatMap(({ resources }) => resources);
  const { policies, unread } = await resourcePolicies(engine.policyClients, named, { account: placement.account, region: owner.stackId.split(':')[3] });
  return {
    grants: [...ofRole, ...policies.flatMap(({ arn, document }) => grantsToRole(document, principal, arn))],
    attached,
    unread: [...parts.unread, ...contents.unread, ...unread],
  };
}
