import { InvalidInputError } from '../../core/errors';
import { afterRender, TerraformStack } from '../cdktf';

/** A `removed` block of Terraform. */
interface RemovedBlock {
  readonly from: string;
  readonly lifecycle: { readonly destroy: boolean };
  readonly provisioner: readonly object[];
}

const BLOCKS = new WeakMap<TerraformStack, RemovedBlock[]>();

/**
 * Adds `removed` blocks to those that the stack has from `addOverride('removed', ...)`. They are merged when the stack is rendered, because overrides
 * replace each other. A lost block would let Terraform delete an account without teardown, or delete what another block keeps.
 *
 * At synthesis `RemovedTwice` is thrown if two blocks have the same address.
 */
export function addRemovedBlocks(stack: TerraformStack, blocks: readonly RemovedBlock[]): void {
  const known = BLOCKS.get(stack);
  if (known !== undefined) {
    known.push(...blocks);
    return;
  }
  const ours = [...blocks];
  BLOCKS.set(stack, ours);
  afterRender(stack, (rendered) => {
    const theirs = listed(rendered.removed);
    const twice = theirs.map(({ from }) => from).filter((from) => ours.some((block) => block.from === from));
    if (twice.length > 0) {
      throw new InvalidInputError('RemovedTwice', `${stack.node.path}: ${twice.join(', ')} has a removed block of its own: take it out, RetiredAgents renders one with the teardown`);
    }
    rendered.removed = [...theirs, ...new Map(ours.map((block) => [block.from, block])).values()];
  });
}

/** Terraform's JSON has one block as an object and several as a list. `addOverride('removed.0', ...)` creates an object with numeric keys. */
function listed(removed: unknown): { readonly from?: string }[] {
  if (removed === undefined || removed === null) {
    return [];
  }
  if (Array.isArray(removed)) {
    return removed;
  }
  const block = removed as { from?: string };
  return 'from' in block ? [block] : Object.values(removed as Record<string, { from?: string }>);
}
