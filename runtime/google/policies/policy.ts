/** An allow policy, as far as a teardown must know it; what else is in it is kept. */
export interface Policy {
  readonly version?: number;
  readonly etag?: string;
  readonly bindings?: readonly Binding[];
}

export interface Binding {
  readonly role: string;
  readonly members?: readonly string[];
  readonly condition?: { readonly title?: string };
}

/** Where policies with conditions are understood at all: reading or writing with less would drop the conditions of others. */
export const POLICY_VERSION = 3;

/** The roles that are given to a member that `isTheirs`. */
export function rolesOf(policy: Policy, isTheirs: (member: string) => boolean): string[] {
  return (policy.bindings ?? []).flatMap(({ role, members = [] }) => members.filter(isTheirs).map(() => role));
}

/** The policy without what is theirs. Everything else stays as it is, in its order, with its conditions. */
export function without(policy: Policy, isTheirs: (member: string) => boolean): Policy {
  const bindings = (policy.bindings ?? []).flatMap((binding) => {
    const members = binding.members ?? [];
    const others = members.filter((member) => !isTheirs(member));
    if (others.length === members.length) {
      return [binding];
    }
    return others.length === 0 ? [] : [{ ...binding, members: others }];
  });
  return { ...policy, version: POLICY_VERSION, bindings };
}
