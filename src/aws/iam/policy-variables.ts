import { isRecord } from './statement';

/**
 * Whether resolved resources have a policy variable, such as `${aws:PrincipalTag/team}`, whose value depends on who makes the request. In Fn::Sub,
 * `${!` renders one, and `${` a reference. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
 */
export function hasPolicyVariable(resolved: unknown): boolean {
  if (typeof resolved === 'string') {
    return resolved.includes('${');
  }
  if (Array.isArray(resolved)) {
    return resolved.some(hasPolicyVariable);
  }
  return isRecord(resolved) && Object.entries(resolved).some(([name, argument]) => {
    const [template, ...others] = name === 'Fn::Sub' ? [argument].flat() as unknown[] : ['', argument];
    return String(template).includes('${!') || others.some(hasPolicyVariable);
  });
}
