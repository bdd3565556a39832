interface Kept<V> {
  readonly value: V;
  uses: number;
}

/**
 * What the checks compute and the template needs again, right after. A result counts for a number of uses only: after them the app may change, and be
 * synthesized again.
 */
export class ForChecks<K extends object, V> {
  private readonly kept = new WeakMap<K, Kept<V>>();

  public constructor(private readonly make: (key: K) => V) {}

  /** Computes a value, which the next `uses` calls of `take` return. */
  public compute(key: K, uses: number): V {
    const value = this.make(key);
    this.kept.set(key, { value, uses });
    return value;
  }

  public take(key: K): V {
    const kept = this.kept.get(key);
    if (kept === undefined) {
      return this.make(key);
    }
    kept.uses -= 1;
    if (kept.uses === 0) {
      this.kept.delete(key);
    }
    return kept.value;
  }
}
