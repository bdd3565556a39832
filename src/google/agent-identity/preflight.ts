import { Construct } from 'constructs';
import { PROGRAM_ENVIRONMENT } from '../../contract/google';
import { TerraformData } from '../cdktf';
import { OWN_MESSAGE, programPath } from '../teardown/program-files';

/**
 * Created before the account. It proves that Terraform's machine has Node.js and credentials that could tear down the agent. With credentials only in
 * the provider's block, the agent could join but not leave. Returns the address.
 *
 * @param scope the agent
 * @param address address in Terraform's state
 * @param input a `TeardownMessage` with the places whose names are literal: other names may need the account to be created
 */
export function preflight(scope: Construct, address: string, input: string): string {
  const check = new TerraformData(scope, 'Preflight', { input, triggers_replace: input });
  check.overrideLogicalId(address);
  check.addOverride('provisioner', [{
    'local-exec': { interpreter: ['node'], command: programPath(scope, 'preflight'), environment: { [PROGRAM_ENVIRONMENT.teardown]: OWN_MESSAGE } },
  }]);
  return `terraform_data.${address}`;
}
