import { IConstruct } from 'constructs';
import { asRendered, TerraformResource, TerraformStack } from '../cdktf';

/** What is wrong with a stack as a whole, besides its agents: resources of the user that undo what the agents' order gives. */
export function findProblems(stack: TerraformStack, agents: ReadonlySet<string>, allowedKeys: ReadonlySet<TerraformResource>): string[] {
  const resources = stack.node.findAll().filter((node: IConstruct): node is TerraformResource => TerraformResource.isTerraformResource(node));
  return [...keysInState(resources, agents, allowedKeys), ...createdBeforeDestroyed(resources, agents)];
}

function keysInState(resources: TerraformResource[], agents: ReadonlySet<string>, allowed: ReadonlySet<TerraformResource>): string[] {
  return resources
    .filter((resource) => resource.terraformResourceType === 'google_service_account_key' && !allowed.has(resource))
    .filter((key) => references(textOf(key)).some((address) => isAccountOf(agents, address)))
    .map((key) => `KeyInState: ${key.node.path} makes a key of an agent, whose private part Terraform keeps in its state: remove it; where the stage allows keys, give the agent keys: [AgentKey.uploaded(...)]`);
}

/** Terraform spreads create_before_destroy to all that such a resource depends on: the new account would have its grants while the old one still has its own. */
function createdBeforeDestroyed(resources: TerraformResource[], agents: ReadonlySet<string>): string[] {
  const asking = resources.filter(asksCreateBeforeDestroy);
  if (asking.length === 0) {
    return [];
  }
  const uses = new Map(resources.map((resource) => [addressOf(resource), references(textOf(resource))]));
  return asking.flatMap((resource) => {
    const reached = [...reach(addressOf(resource), uses)].filter((address) => isAccountOf(agents, address) || isLifecycleOf(agents, address));
    return reached.length === 0 ? [] : [
      `CreateBeforeDestroy: ${resource.node.path} asks for create_before_destroy, which Terraform spreads to ${reached.join(', ')}: a move would grant before it revokes; remove it, or don't let it depend on the agent`,
    ];
  });
}

function asksCreateBeforeDestroy(resource: TerraformResource): boolean {
  const { rawOverrides } = resource as unknown as { rawOverrides: { lifecycle?: { create_before_destroy?: boolean } } };
  return rawOverrides.lifecycle?.create_before_destroy ?? resource.lifecycle?.createBeforeDestroy ?? false;
}

function reach(start: string, uses: ReadonlyMap<string, string[]>): Set<string> {
  const reached = new Set<string>();
  const open = [start];
  for (let address = open.pop(); address !== undefined; address = open.pop()) {
    for (const next of uses.get(address) ?? []) {
      if (uses.has(next) && !reached.has(next)) {
        reached.add(next);
        open.push(next);
      }
    }
  }
  return reached;
}

function addressOf(resource: TerraformResource): string {
  return `${resource.terraformResourceType}.${resource.friendlyUniqueId}`;
}

function textOf(resource: TerraformResource): string {
  const { resource: block = {} } = resource.toTerraform() as { resource?: Record<string, Record<string, Record<string, unknown>>> };
  const { '//': _metadata, ...attributes } = block[resource.terraformResourceType]?.[resource.friendlyUniqueId] ?? {};
  return JSON.stringify(asRendered(resource, attributes));
}

function references(text: string): string[] {
  return [...text.matchAll(/\b[a-z][a-z0-9_]*\.[A-Za-z_][\w-]*/g)].map(([address]) => address);
}

function isAccountOf(agents: ReadonlySet<string>, address: string): boolean {
  return address.startsWith('google_service_account.') && agents.has(address.slice('google_service_account.'.length));
}

function isLifecycleOf(agents: ReadonlySet<string>, address: string): boolean {
  return address.startsWith('terraform_data.') && agents.has(address.slice('terraform_data.'.length));
}
