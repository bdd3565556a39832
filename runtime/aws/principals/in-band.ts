import { IdentityContext } from './identity-context';
import { EXPIRY_POLICY } from '../../../src/contract/adoption';
import { ACCESS_POLICY, denyAllArn, GUARD_POLICY, QUARANTINE_POLICY, REDUCTION_POLICY } from '../../../src/contract/policy-names';
import { RegistryNames } from '../../../src/contract/registry-names';
import { PrincipalRef } from '../../model/placement-state';

/** Whether the principal's own template or the engine creates this inline policy. */
export function isInBandInline({ ownGuard = false, reach }: PrincipalRef, policyName: string): boolean {
  if (reach !== undefined) {
    return [EXPIRY_POLICY, QUARANTINE_POLICY, REDUCTION_POLICY].includes(policyName);
  }
  return [ACCESS_POLICY, QUARANTINE_POLICY, REDUCTION_POLICY, ...(ownGuard ? [GUARD_POLICY] : [])].includes(policyName);
}

/**
 * Whether an attached policy is either a shared guard from the principal's own template, which CloudFormation detaches, or the engine's own denial.
 */
export function isInBandAttached(context: IdentityContext, principal: PrincipalRef, policyArn: string): boolean {
  return policyArn === denyAllArn(context.partition) || guardsOfPrincipal(context, principal).flat().some((guard) => policyArn.endsWith(guard));
}

/** The shared guards that the principal's template attaches, as the ends of their ARNs. Of guards that are listed together it attaches one. */
export function guardsOfPrincipal({ registry, registryPath }: IdentityContext, { stage, ownGuard = false, reach }: PrincipalRef): string[][] {
  const names = new RegistryNames(registry, registryPath);
  const guards = [
    [names.guardPolicyName(stage)],
    // Either one counts, because each only denies.
    [names.noRegistryPolicy, names.registryReaderPolicy],
    ...(ownGuard || reach !== undefined ? [] : [[names.noSessionsPolicy]]),
  ];
  return guards.map((either) => either.map((guard) => `:policy${registryPath}${guard}`));
}
