import { IdentityContext } from './identity-context';
import { PrincipalRef } from '../lifecycle/placement-state';

/** The engine's cut of sessions. */
export const QUARANTINE_POLICY = 'nhi-quarantine';

/** Whether an inline policy is one that the principal's own template or the engine makes. */
export function isInBandInline({ ownGuard = false }: PrincipalRef, policyName: string): boolean {
  return ['access', QUARANTINE_POLICY, ...(ownGuard ? ['guard'] : [])].includes(policyName);
}

/** Denies everything, explicitly, and has no size that could be too much for the role. */
export function denyAllArn(context: IdentityContext): string {
  return `arn:${context.partition}:iam::aws:policy/AWSDenyAll`;
}

/** Whether an attached policy is a shared guard that the principal's own template attaches, and CloudFormation takes off. */
export function isSharedGuard(context: IdentityContext, principal: PrincipalRef, policyArn: string): boolean {
  const guards = [`guard-${principal.stage}`, ...(principal.ownGuard ? [] : ['no-sessions'])];
  return guards.some((guard) => policyArn.endsWith(`:policy${context.registryPath}${context.registry}-${guard}`));
}
