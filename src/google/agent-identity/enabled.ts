import { Construct } from 'constructs';
import { PROGRAM_ENVIRONMENT } from '../../contract/google';
import { replaceWith, TerraformData } from '../cdktf';
import { OWN_MESSAGE, programPath } from '../teardown/program-files';

interface EnabledProps {
  /** A `TeardownMessage`. */
  readonly input: string;
  /** Description of the account, as Terraform reads it. */
  readonly description: string;
  readonly address: string;
  /** Address of the resource whose destruction disables the account. */
  readonly lifecycle: string;
  /** Address of the resource that records the agent, if it has a registry. */
  readonly events?: string;
}

/**
 * Created after each teardown of an agent that stays. It enables the account again if the teardown disabled it, but not if a person did. It also
 * writes the account's description, because the teardown keeps its mark there, and Terraform must not remove the mark. It also reads everything that
 * the teardown receives, so that an invalid name fails now and not when the agent leaves.
 */
export function keepEnabled(scope: Construct, { input, description, address, lifecycle, events }: EnabledProps): void {
  const enabled = new TerraformData(scope, 'Enabled', { input, triggers_replace: [description, input] });
  enabled.overrideLogicalId(address);
  enabled.addOverride('provisioner', [{
    'local-exec': {
      interpreter: ['node'],
      command: programPath(scope, 'enable'),
      environment: { [PROGRAM_ENVIRONMENT.teardown]: OWN_MESSAGE, [PROGRAM_ENVIRONMENT.description]: description },
    },
  }]);
  // Who suspends finds an account in the registry. It must be there before this reads whether the agent is suspended: then either of the two disables it.
  enabled.dependsOn = [lifecycle, ...events === undefined ? [] : [events]];
  replaceWith(enabled, `${lifecycle}.id`);
}
