import { FINDING_RULES, FindingRuleName } from '../../../core/identities/finding-rules';
import { GuardrailFinding, GuardrailSeverity, IGuardrailRule } from '../rule';
import { GuardrailApp } from '../template/guardrail-app';
import { GuardrailPrincipal } from '../template/guardrail-principal';

/** A rule for an item of the OWASP Non-Human Identities Top 10. */
export interface BuiltInRule extends IGuardrailRule {
  readonly name: FindingRuleName;
  /** When it finds something, for the guide. */
  readonly when: string;
}

interface RuleText {
  readonly when: string;
  readonly why: string;
}

export function ruleIdOf(name: FindingRuleName): string {
  return `${FINDING_RULES[name].owasp}-${name}`;
}

export function builtInRule(name: FindingRuleName, text: RuleText, find: (app: GuardrailApp) => GuardrailFinding[]): BuiltInRule {
  return { name, ruleId: ruleIdOf(name), severity: FINDING_RULES[name].severity as GuardrailSeverity, ...text, find };
}

/** What is wrong with one principal, and what to do. */
export interface Fault {
  readonly location?: string;
  readonly problem: string;
  readonly fix: string;
}

/** A rule that looks at each principal by itself. */
export function principalRule(name: FindingRuleName, text: RuleText, faultOf: (principal: GuardrailPrincipal) => Fault | undefined): BuiltInRule {
  return builtInRule(name, text, (app) => app.principals.flatMap((principal) => {
    const fault = faultOf(principal);
    return fault === undefined ? [] : [{ template: principal.template, logicalId: principal.resource.logicalId, ...fault }];
  }));
}

export const TRUST = 'Properties.AssumeRolePolicyDocument';

/** Names, as a list for people. */
export function listed(names: readonly string[], most = 5): string {
  const all = [...new Set(names)];
  return `${all.slice(0, most).join(', ')}${all.length > most ? ` and ${all.length - most} more` : ''}`;
}
