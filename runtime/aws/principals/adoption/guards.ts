import { DetachRolePolicyCommand } from '@aws-sdk/client-iam';
import { RegistryNames } from '../../../../src/contract/registry-names';
import { PrincipalRecord, PrincipalRef } from '../../../model/placement-state';
import { attachedTo } from '../attached';
import { unlessGone } from '../errors-of-iam';
import { IdentityContext } from '../identity-context';

/**
 * ARNs of the shared guards that an adopted role gets. The guard that denies all other identities is not among them: which roles it may assume or pass is
 * not declared, and denying them would break what runs.
 */
export function adoptedGuards({ partition, registry, registryPath }: IdentityContext, { stage, roleArn }: PrincipalRef): string[] {
  const names = new RegistryNames(registry, registryPath);
  const place = { partition, account: roleArn.split(':')[4], region: '' };
  return [names.guardPolicyArn(place, stage), names.noRegistryPolicyArn(place)];
}

/** Detaches the guards that the adoption attached. */
export async function detachGuards(context: IdentityContext, principal: PrincipalRecord): Promise<void> {
  const { roleName: RoleName, before } = principal;
  const there = await attachedTo(context, RoleName);
  for (const PolicyArn of adoptedGuards(context, principal).filter((arn) => there.includes(arn) && before?.attached.includes(arn) !== true)) {
    await unlessGone(() => context.iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn })));
  }
}
