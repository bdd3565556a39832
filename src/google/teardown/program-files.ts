import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Construct, IConstruct } from 'constructs';
import { NhiError } from '../../core/errors';
import { TerraformAsset, TerraformStack } from '../cdktf';

const SHIPPED = join(__dirname, '..', '..', '..', 'assets', 'runtime', 'google');

/** Names another folder with the programs, for tests. */
export const PROGRAMS_CONTEXT = 'cdk-nhi-lifecycle:google-programs';

/**
 * Where a program of this package lies beside the stack, relative to the folder in which Terraform runs: no path of this machine gets into the template.
 *
 * @throws NhiError `ProgramMissing`
 */
export function programPath(scope: IConstruct, program: 'teardown' | 'record'): string {
  const stack = TerraformStack.of(scope);
  const id = `agent-${program}`;
  const known = stack.node.tryFindChild(id) as TerraformAsset | undefined;
  return (known ?? asset(stack, id, program)).path;
}

function asset(stack: TerraformStack, id: string, program: string): TerraformAsset {
  const file = join((stack.node.tryGetContext(PROGRAMS_CONTEXT) as string | undefined) ?? SHIPPED, program, 'index.js');
  if (!existsSync(file)) {
    throw new NhiError('ProgramMissing',
      `${stack.node.path}: ${file} is missing, which Terraform runs for agents: install the package anew; in its repository run \`npx projen bundle\``);
  }
  return new TerraformAsset(stack as Construct, id, { path: file });
}
