import { at, Grant, list, text } from './facts';

/** The grants of a policy. The resource has its full name, or the one without the host. */
export function grantsOf(resource: string, policy: unknown): Grant[] {
  const on = resource.replace(/^\/\/[^/]+\//, '');
  return list(at(policy, 'bindings')).map((binding) => {
    const condition = text(at(binding, 'condition', 'expression'));
    return { on, role: text(at(binding, 'role')), members: list(at(binding, 'members')).map(text), ...(condition === '' ? {} : { condition }) };
  });
}
