import { Stack, Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { hasFacts } from './registry-facts';
import { InvalidInputError } from '../../core/errors';

/** For each root, the registries that an app creates. */
const MADE = new WeakMap<IConstruct, MadeRegistry[]>();

interface MadeRegistry {
  readonly registryName: string;
  readonly registry: IConstruct;
}

/** The registry that a construct is part of. */
export function registryAbove(construct: IConstruct): IConstruct | undefined {
  return construct.node.scopes.find(hasFacts);
}

/**
 * Claims a registry's name. Roles, policies and the bucket are unique in an account, so a second registry of the name could not be deployed.
 *
 * @throws InvalidInputError `RegistryTwice`
 */
export function claimRegistryName(registry: IConstruct, registryName: string): void {
  const { root, path } = registry.node;
  const made = MADE.get(root) ?? [];
  MADE.set(root, made);
  const account = literalAccount(registry);
  const first = made.find((other) => account !== undefined && other.registryName === registryName && literalAccount(other.registry) === account);
  if (first !== undefined) {
    throw new InvalidInputError('RegistryTwice',
      `${path}: the registry ${registryName} is already declared at ${first.registry.node.path}: a registry name is unique in an account, in all regions; give this one another registryName, or use LifecycleRegistry.fromRegistryName()`);
  }
  made.push({ registryName, registry });
}

/** The registry itself, or the one that a reference means if this app makes it. */
export function registriesMeant(registry: IConstruct, registryName: string): IConstruct[] {
  const account = literalAccount(registry);
  return registriesMade(registry).filter((made) => made.registryName === registryName
    && (account === undefined || [undefined, account].includes(literalAccount(made.registry)))).map((made) => made.registry);
}

export function registriesMade(scope: IConstruct): readonly MadeRegistry[] {
  return MADE.get(scope.node.root) ?? [];
}

/** The stacks that hold it. The name of a nested one is a token. */
export function stacksOfRegistry(registry: IConstruct, registryName: string): Stack[] {
  return registriesMeant(registry, registryName).flatMap((made) => {
    const own = Stack.of(made);
    return own.nestedStackParent === undefined ? [own] : [own, rootOf(own)];
  });
}

function rootOf(stack: Stack): Stack {
  return stack.nestedStackParent === undefined ? stack : rootOf(stack.nestedStackParent);
}

function literalAccount(registry: IConstruct): string | undefined {
  const { account } = Stack.of(registry);
  return Token.isUnresolved(account) ? undefined : account;
}
