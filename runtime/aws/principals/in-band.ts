import { IdentityContext } from './identity-context';
import { ACCESS_POLICY, accessPartName, denyAllArn, GUARD_POLICY, MOST_ACCESS_PARTS, QUARANTINE_POLICY, REDUCTION_POLICY } from '../../../src/contract/policy-names';
import { RegistryNames } from '../../../src/contract/registry-names';
import { rolePath } from '../../../src/contract/role-names';
import { PrincipalRef } from '../../model/placement-state';

/** Whether the principal's own template or the engine creates this inline policy. */
export function isInBandInline({ ownGuard = false }: PrincipalRef, policyName: string): boolean {
  return [ACCESS_POLICY, QUARANTINE_POLICY, REDUCTION_POLICY, ...(ownGuard ? [GUARD_POLICY] : [])].includes(policyName);
}

/**
 * Whether an attached policy is from the principal's own template, which CloudFormation detaches (a shared guard, or a part of the access), or the engine's own denial.
 */
export function isInBandAttached(context: IdentityContext, principal: PrincipalRef, policyArn: string): boolean {
  return policyArn === denyAllArn(context.partition) || guardsOfPrincipal(context, principal).flat().some((guard) => policyArn.endsWith(guard))
    || accessPartsOf(context, principal).includes(policyArn);
}

/** ARNs of the managed policies from the principal's own template that continue its access. */
export function accessPartsOf(context: IdentityContext, principal: PrincipalRef): string[] {
  return possibleAccessParts(context, principal).slice(0, principal.accessParts ?? 0);
}

/** ARNs of the managed policies with which a template can continue a principal's access. */
export function possibleAccessParts({ registryPath }: IdentityContext, { roleArn, roleName, path, stage }: PrincipalRef): string[] {
  const [, partition, , , account] = roleArn.split(':');
  const [, agentName] = /([^/]+)\/$/.exec(path) ?? [];
  // The path of a role with a generated name ends with the agent.
  const named = path === rolePath(registryPath, stage) ? { roleName, agentName: '', stageName: stage } : { agentName: agentName ?? '', stageName: stage };
  return Array.from({ length: MOST_ACCESS_PARTS }, (_, index) => `arn:${partition}:iam::${account}:policy${registryPath}${accessPartName(named, index + 1)}`);
}

/** The shared guards that the principal's template attaches, as the ends of their ARNs. Of guards that are listed together it attaches one. */
export function guardsOfPrincipal({ registry, registryPath }: IdentityContext, { stage, ownGuard = false }: PrincipalRef): string[][] {
  const names = new RegistryNames(registry, registryPath);
  const guards = [
    [names.guardPolicyName(stage)],
    // Either one counts, because each only denies.
    [names.noRegistryPolicy, names.registryReaderPolicy],
    ...(ownGuard ? [] : [[names.noSessionsPolicy]]),
  ];
  return guards.map((either) => either.map((guard) => `:policy${registryPath}${guard}`));
}
