import { Block, StackBlocks } from './stack-blocks';
import { TerraformElement, TerraformStack } from '../cdktf';

/** Resource types that store a secret of an account in Terraform's state, each with the alternative. */
const SECRETS_IN_STATE: Readonly<Record<string, string>> = {
  google_service_account_key: 'where the stage allows keys, give the agent keys: [AgentKey.uploaded(...)]',
  google_storage_hmac_key: 'an agent reads buckets with short-lived tokens',
};

/**
 * Finds faults of a stack besides its agents: the user's own resources that break the agents' order.
 *
 * @param stack the stack
 * @param agents account ids of its agents, by their addresses
 * @param allowedKeys keys that were checked
 */
export function findProblems(stack: TerraformStack, agents: ReadonlyMap<string, string>, allowedKeys: ReadonlySet<TerraformElement>): string[] {
  const blocks = new StackBlocks(stack.node.findAll().filter((node): node is TerraformElement => TerraformElement.isTerraformElement(node)));
  return [...keysInState(blocks, agents, allowedKeys), ...createdBeforeDestroyed(blocks, agents)];
}

function keysInState(blocks: StackBlocks, agents: ReadonlyMap<string, string>, allowed: ReadonlySet<TerraformElement>): string[] {
  return blocks.all.flatMap((key) => {
    const [type] = key.address.split('.');
    return !(type in SECRETS_IN_STATE) || allowed.has(key.element) || !namesAgent(blocks, agents, key) ? [] : [
      `KeyInState: ${key.element.node.path} makes a key of an agent, whose private part Terraform keeps in its state: remove it; ${SECRETS_IN_STATE[type]}`,
    ];
  });
}

/**
 * Terraform applies create_before_destroy to everything that such a resource depends on. The new account would get its grants while the old one still
 * has its own.
 */
function createdBeforeDestroyed(blocks: StackBlocks, agents: ReadonlyMap<string, string>): string[] {
  return blocks.all.filter(asksCreateBeforeDestroy).flatMap((asking) => {
    const reached = blocks.reach(asking).filter((block) => isOfAgent(agents, block, 'google_service_account') || isOfAgent(agents, block, 'terraform_data'));
    return reached.length === 0 ? [] : [
      `CreateBeforeDestroy: ${asking.element.node.path} asks for create_before_destroy, which Terraform spreads to ${reached.map(({ address }) => address).join(', ')}: a move would grant before it revokes; remove it, or don't let it depend on the agent`,
    ];
  });
}

function asksCreateBeforeDestroy({ attributes }: Block): boolean {
  return (attributes.lifecycle as { create_before_destroy?: boolean } | undefined)?.create_before_destroy === true;
}

function isNoResource({ address }: Block): boolean {
  return /^(?:data|local|module)\./.test(address);
}

function isOfAgent(agents: ReadonlyMap<string, string>, { address }: Block, type: string): boolean {
  return address.startsWith(`${type}.`) && agents.has(address.slice(type.length + 1));
}

/**
 * Follows values and data sources but not resources: a resource that depends on an agent may still be the key of another account. A literal account
 * id belongs to only one account.
 */
function namesAgent(blocks: StackBlocks, agents: ReadonlyMap<string, string>, key: Block): boolean {
  const writtenOut = (block: Block) => [...agents.values()].some((accountId) => blocks.textOf(block).includes(accountId));
  return blocks.reach(key, isNoResource).some((block) =>
    isOfAgent(agents, block, 'google_service_account') || ((block === key || isNoResource(block)) && writtenOut(block)));
}
