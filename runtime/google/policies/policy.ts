/** The parts of an allow policy that a teardown needs. Other parts are kept. */
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

/** The policy version with conditions. Reading or writing an older version would drop the conditions of others. */
export const POLICY_VERSION = 3;

/** The roles of the members for which `isTheirs` is true. */
export function rolesOf(policy: Policy, isTheirs: (member: string) => boolean): string[] {
  return (policy.bindings ?? []).flatMap(({ role, members = [] }) => members.filter(isTheirs).map(() => role));
}

/** The policy without these members. Everything else stays unchanged: order, conditions, other members. */
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
