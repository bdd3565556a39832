import { Construct } from 'constructs';
import { replaceWith, TerraformData } from '../cdktf';
import { Roster } from '../teardown/roster';
import { teardownProvisioner } from '../teardown/teardown-provisioner';

interface PoolGuardProps {
  /** A `TeardownMessage` without an account id, and with the pool. */
  readonly input: string;
  readonly address: string;
  /** Addresses of the pool and its provider. */
  readonly guarded: readonly string[];
}

/**
 * Keeps an agent's workload identity pool as long as its account. Google keeps the id of a deleted pool for 30 days, so a replacement would delete the
 * pool and could not create it again. This resource is destroyed before the pool, and its program fails as long as the account exists. The account is
 * destroyed first when the agent leaves. Returns the address, on which the account depends.
 */
export function guardPool(scope: Construct, { input, address, guarded }: PoolGuardProps): string {
  const guard = new TerraformData(scope, 'PoolGuard', { input });
  guard.overrideLogicalId(address);
  guard.dependsOn = [...guarded];
  replaceWith(guard, ...guarded.map((resource) => `${resource}.id`));
  Roster.of(scope).runAtDestroy(guard, address, teardownProvisioner(scope));
  return `terraform_data.${address}`;
}
