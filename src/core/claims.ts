import { Scope } from './scope';

/** Claims that the constructs of one app make, such as on an agent's name in an account. Apps do not see each other's claims. */
export class Claims {
  private readonly byRoot = new WeakMap<object, Map<string, string>>();

  /**
   * Claims a key for a construct.
   *
   * @param refuse creates the error that is thrown if another construct has claimed the key; receives that construct's path
   */
  public claim(claimant: Scope, key: string, refuse: (first: string) => Error): void {
    const { root, path } = claimant.node;
    const claimed = this.byRoot.get(root) ?? new Map<string, string>();
    this.byRoot.set(root, claimed);
    const first = claimed.get(key);
    if (first !== undefined) {
      throw refuse(first);
    }
    claimed.set(key, path);
  }
}
