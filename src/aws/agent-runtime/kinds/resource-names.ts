import { Stack, Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { RoleHolders } from '../role-holders';

/** A type of resource that a service runs with a role, and the property that has its name. */
export interface NamedResource {
  readonly type: string;
  readonly property: string;
  /**
   * The name of a resource that gives none.
   *
   * @default - a generated one
   */
  readonly whenAbsent?: string;
}

/**
 * The names of the resources of a type that have the agent's role, found in the finished app. Undefined stands for a name that is generated or known
 * at deployment only.
 */
export function resourceNames(scope: Construct, { type, property, whenAbsent }: NamedResource): (string | undefined)[] {
  const holders = RoleHolders.in(scope);
  // Before the pass over the tree nothing is known to be missing, and access is also checked when it is granted.
  const found = holders.started ? holders.runningOf(scope, type) : [];
  return found.map((resource) => {
    const value: unknown = Stack.of(resource).resolve((resource as unknown as Record<string, unknown>)[property]) ?? whenAbsent;
    return typeof value === 'string' && !Token.isUnresolved(value) && !value.includes('{{resolve:') ? value : undefined;
  });
}
