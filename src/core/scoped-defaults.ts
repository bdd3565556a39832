import { Scope } from './scope';

/** Defaults by scope. A scope inherits the defaults of the scopes above it. */
export class ScopedDefaults<T extends object> {
  private readonly byScope = new WeakMap<Scope, Partial<T>>();

  /** Sets defaults of a scope. Earlier defaults that are not named here stay. */
  public set(scope: Scope, defaults: T): void {
    // A property with the value undefined must not replace an earlier default.
    const given = Object.fromEntries(Object.entries(defaults).filter(([, value]) => value !== undefined));
    this.byScope.set(scope, { ...this.byScope.get(scope), ...given } as Partial<T>);
  }

  /** The defaults of a scope and of all scopes above it. The nearest scope takes precedence. */
  public merged(scope: Scope): Partial<T> {
    return scope.node.scopes.reduce<Partial<T>>((merged, each) => ({ ...merged, ...this.byScope.get(each) }), {});
  }
}
