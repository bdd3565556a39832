import { InvalidInputError } from './errors';
import { Scope } from './scope';

/** Defaults by scope. A scope inherits the defaults of the scopes above it. */
export class ScopedDefaults<T extends object> {
  private readonly byScope = new WeakMap<Scope, Partial<T>>();
  /** Path of the first construct that has read the defaults of a scope. */
  private readonly readBy = new WeakMap<Scope, string>();

  /**
   * Sets defaults of a scope. Earlier defaults that are not named here stay.
   *
   * @throws InvalidInputError `DefaultsTooLate` if a construct has read the scope's defaults. It would not have these, such as a boundary, and nothing would show it.
   */
  public set(scope: Scope, defaults: T): void {
    const reader = this.readBy.get(scope);
    if (reader !== undefined) {
      throw new InvalidInputError('DefaultsTooLate',
        `${scope.node.path || 'the app'}: AgentDefaults are set after ${reader} was declared, which would not have them: set them before the first agent of the scope`);
    }
    // A property without a value must not replace an earlier default.
    const given = Object.fromEntries(Object.entries(defaults).filter(([, value]) => value !== undefined && value !== null));
    this.byScope.set(scope, { ...this.byScope.get(scope), ...given } as Partial<T>);
  }

  /** The defaults of a scope and of all scopes above it. The nearest scope takes precedence. From then on these scopes take no other defaults. */
  public merged(scope: Scope): Partial<T> {
    const { scopes, path } = scope.node;
    scopes.filter((each) => !this.readBy.has(each)).forEach((each) => this.readBy.set(each, path));
    return scopes.reduce<Partial<T>>((merged, each) => ({ ...merged, ...this.byScope.get(each) }), {});
  }
}
