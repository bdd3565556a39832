import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Construct, IConstruct } from 'constructs';
import { PROGRAM_FILE, ProgramName } from '../../contract/google';
import { NhiError } from '../../core/errors';
import { TerraformAsset, TerraformStack } from '../cdktf';

/**
 * The message in a provisioner's resource. `self` is the only reference that Terraform allows at destroy. The message is compressed, because the size
 * of an environment variable is limited.
 */
export const OWN_MESSAGE = '${base64gzip(self.input)}';

const SHIPPED = join(__dirname, '..', '..', '..', 'assets', 'runtime', 'google');

/** Context key for another folder with the programs, for tests. */
export const PROGRAMS_CONTEXT = 'cdk-nhi-lifecycle:google-programs';

/**
 * Path of a program of this package, relative to the folder in which Terraform runs. The template then contains no path of this machine.
 *
 * @throws NhiError `ProgramMissing`
 */
export function programPath(scope: IConstruct, program: ProgramName): string {
  const stack = TerraformStack.of(scope);
  const id = `agent-${program}`;
  const known = stack.node.tryFindChild(id) as TerraformAsset | undefined;
  return (known ?? asset(stack, id, program)).path;
}

function asset(stack: TerraformStack, id: string, program: ProgramName): TerraformAsset {
  const file = join((stack.node.tryGetContext(PROGRAMS_CONTEXT) as string | undefined) ?? SHIPPED, program, PROGRAM_FILE);
  if (!existsSync(file)) {
    throw new NhiError('ProgramMissing',
      `${stack.node.path}: ${file} is missing, which Terraform runs for agents: install the package again; in its repository run \`npx projen bundle\``);
  }
  return new TerraformAsset(stack as Construct, id, { path: file });
}
