import { IdentityContext } from './identity-context';
import { PrincipalRef } from '../lifecycle/placement-state';

/** The engine's cut of sessions. */
export const QUARANTINE_POLICY = 'nhi-quarantine';

/** Inline policies that the agent's own template and the engine make. */
export const IN_BAND_INLINE: readonly string[] = ['guard', 'access', QUARANTINE_POLICY];

/** Denies everything, explicitly, and has no size that could be too much for the role. */
export function denyAllArn(context: IdentityContext): string {
  return `arn:${context.partition}:iam::aws:policy/AWSDenyAll`;
}

/** Whether an attached policy is a guard that the registry shares among the agents of the principal's stage, which CloudFormation takes off. */
export function isSharedGuard(context: IdentityContext, principal: PrincipalRef, policyArn: string): boolean {
  return [`guard-${principal.stage}`, 'no-sessions'].some((guard) => policyArn.endsWith(`:policy${context.registryPath}${context.registry}-${guard}`));
}
