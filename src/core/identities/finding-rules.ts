/** Items of the OWASP Non-Human Identities Top 10 of 2025. https://owasp.org/www-project-non-human-identities-top-10/2025/ */
export const OWASP_ITEMS = {
  NHI1: 'Improper Offboarding',
  NHI2: 'Secret Leakage',
  NHI3: 'Vulnerable Third-Party NHI',
  NHI4: 'Insecure Authentication',
  NHI5: 'Overprivileged NHI',
  NHI6: 'Insecure Cloud Deployment Configurations',
  NHI7: 'Long-Lived Secrets',
  NHI8: 'Environment Isolation',
  NHI9: 'NHI Reuse',
  NHI10: 'Human Use of NHI',
} as const;
export type OwaspItem = keyof typeof OWASP_ITEMS;

export const SEVERITIES = ['critical', 'high', 'medium', 'low'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** A rule that something about an identity breaks. */
interface FindingRule {
  readonly owasp: OwaspItem;
  readonly severity: Severity;
}

/**
 * The rules for what an account has and for what a template creates. Where both can see something, the rule is the same: a finding of the inventory has the
 * name that the app's build gave it.
 */
export const FINDING_RULES = {
  'outside-lifecycle': { owasp: 'NHI1', severity: 'high' },
  'retained': { owasp: 'NHI1', severity: 'high' },
  'no-end': { owasp: 'NHI1', severity: 'low' },
  'unused': { owasp: 'NHI1', severity: 'medium' },
  'deleted-principal-trusted': { owasp: 'NHI1', severity: 'low' },
  'inactive-key-kept': { owasp: 'NHI1', severity: 'low' },
  'disabled-with-access': { owasp: 'NHI1', severity: 'low' },
  'key-leaked': { owasp: 'NHI2', severity: 'critical' },
  'key-in-template': { owasp: 'NHI2', severity: 'critical' },
  'secret-in-output': { owasp: 'NHI2', severity: 'critical' },
  'secret-in-environment': { owasp: 'NHI2', severity: 'high' },
  'secret-in-parameter': { owasp: 'NHI2', severity: 'high' },
  'secret-in-property': { owasp: 'NHI2', severity: 'high' },
  'third-party': { owasp: 'NHI3', severity: 'high' },
  'no-revoker': { owasp: 'NHI3', severity: 'low' },
  'anyone-trusted': { owasp: 'NHI4', severity: 'critical' },
  'access-key': { owasp: 'NHI4', severity: 'high' },
  'iam-user': { owasp: 'NHI4', severity: 'medium' },
  'administrator': { owasp: 'NHI5', severity: 'critical' },
  'becomes-others': { owasp: 'NHI5', severity: 'high' },
  'runs-as-others': { owasp: 'NHI5', severity: 'medium' },
  'default-account': { owasp: 'NHI5', severity: 'high' },
  'cross-project': { owasp: 'NHI5', severity: 'medium' },
  'whole-service': { owasp: 'NHI5', severity: 'medium' },
  'unused-services': { owasp: 'NHI5', severity: 'low' },
  'open-federation': { owasp: 'NHI6', severity: 'high' },
  'audience-open': { owasp: 'NHI6', severity: 'medium' },
  'any-branch': { owasp: 'NHI6', severity: 'low' },
  'old-key': { owasp: 'NHI7', severity: 'high' },
  'no-rotation': { owasp: 'NHI7', severity: 'low' },
  'stages-mixed': { owasp: 'NHI8', severity: 'high' },
  'shared': { owasp: 'NHI9', severity: 'medium' },
  'person-and-machine': { owasp: 'NHI10', severity: 'medium' },
  'people-through-project': { owasp: 'NHI10', severity: 'low' },
  'console-login': { owasp: 'NHI10', severity: 'high' },
} as const satisfies Record<string, FindingRule>;
export type FindingRuleName = keyof typeof FINDING_RULES;
