import { isDeepStrictEqual } from 'node:util';
import { gzipSync } from 'node:zlib';
import { InvalidInputError } from '../../core/errors';
import { asRendered, TerraformStack } from '../cdktf';

type Blocks = Record<string, Record<string, unknown>>;

/** Linux limits a variable to 128 KiB. This is lower, because values that are known only at deployment are longer than their placeholders. */
const LONGEST_VARIABLE = 120_000;

/**
 * Checks the rendered provisioners, because overrides can remove or change them.
 *
 * @throws InvalidInputError `TeardownMissing`
 */
export function requireProvisioners(stack: TerraformStack, atDestroy: ReadonlyMap<string, object>, blocks: Blocks): void {
  const lost = [...atDestroy].filter(([address, provisioner]) => !hasProvisioner(blocks[address], asRendered(stack, provisioner)));
  if (lost.length > 0) {
    throw new InvalidInputError('TeardownMissing', `${stack.node.path}: ${lost.map(([address]) => `terraform_data.${address}`).join(', ')} lost the provisioner that runs `
      + 'when an agent is removed, or has another: take out the override of this resource or of its provisioner');
  }
}

/** Compares the whole provisioner: with another command or with `on_failure` it would run without effect. */
function hasProvisioner(block: Record<string, unknown> | undefined, wanted: object): boolean {
  return [block?.provisioner ?? []].flat().some((provisioner) => isDeepStrictEqual(provisioner, wanted));
}

/**
 * Checks that the messages to the programs fit into an environment variable.
 *
 * @throws InvalidInputError `AgentTooLarge`, `RosterTooLarge`
 */
export function requireRoom(stack: TerraformStack, names: readonly string[], blocks: Blocks): void {
  if (JSON.stringify(names).length > LONGEST_VARIABLE) {
    throw new InvalidInputError('RosterTooLarge', `${stack.node.path}: ${names.length} agents, those in RetiredAgents counted, are more than one stack can name: `
      + 'use several stacks, and take agents out of RetiredAgents whose removal was applied');
  }
  const tooLarge = Object.entries(blocks).find(([address, { input }]) => (
    address.startsWith('agent_') && typeof input === 'string' && input.length > LONGEST_VARIABLE && gzipSync(input).toString('base64').length > LONGEST_VARIABLE));
  if (tooLarge !== undefined) {
    throw new InvalidInputError('AgentTooLarge', `${stack.node.path}: what terraform_data.${tooLarge[0]} has to tell is larger than an environment variable, even compressed: `
      + 'give the agent fewer grants, on projects or folders instead of single resources');
  }
}
