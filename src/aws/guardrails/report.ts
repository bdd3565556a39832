import { PolicyValidationPluginReport, PolicyViolation } from 'aws-cdk-lib';
import { AcknowledgedRule, acknowledgementOf } from './acknowledgement';
import { GuardrailFinding, GuardrailSeverity, IGuardrailRule } from './rule';
import { GuardrailApp } from './template/guardrail-app';
import { ReadTemplates } from './template/read-templates';
import { reasonOf } from '../../core/errors';
import { OWASP_ITEMS, OwaspItem, SEVERITIES } from '../../core/identities/finding-rules';

export interface ReportOptions {
  readonly failFrom: GuardrailSeverity;
  readonly now: Date;
}

/** CDK's severities. It lets nobody acknowledge what is fatal without an end; only an acknowledgement of this library counts. */
const [FAILS, WARNS, INFORMS] = ['fatal', 'warning', 'info'];

/** What the rules find, the worst first. */
export function reportOf(
  rules: readonly IGuardrailRule[], app: GuardrailApp, { unreadable, hidden }: ReadTemplates, options: ReportOptions,
): PolicyValidationPluginReport {
  const violations = [
    ...unreadable.map(({ path, reason }): PolicyViolation => ({
      ruleName: 'TemplateUnreadable', description: `${path} could not be read: ${reason}`, severity: FAILS, violatingResources: [],
    })),
    ...hidden.map(({ path, reason }): PolicyViolation => ({
      ruleName: 'TemplateHidden', description: `${path} is not judged as a whole: ${reason}`, fix: 'look at the processed template, or define the resources in the app', severity: WARNS, violatingResources: [],
    })),
    ...rules.flatMap((rule) => violationsOf(rule, app, options)),
  ].sort((one, other) => rankOf(one) - rankOf(other));
  const acknowledged = violations.filter(({ severity }) => severity === INFORMS).length;
  return {
    success: violations.every(({ severity }) => severity !== FAILS),
    violations,
    metadata: { findings: String(violations.length - acknowledged), acknowledged: String(acknowledged) },
  };
}

function violationsOf(rule: IGuardrailRule, app: GuardrailApp, options: ReportOptions): PolicyViolation[] {
  try {
    return rule.find(app).map((finding) => violationOf(rule, finding, options));
  } catch (error) {
    return [{ ruleName: rule.ruleId, description: `the rule failed: ${reasonOf(error)}`, fix: 'correct the rule: it must accept every template', severity: FAILS, violatingResources: [] }];
  }
}

function violationOf(rule: IGuardrailRule, finding: GuardrailFinding, { failFrom, now }: ReportOptions): PolicyViolation {
  const { template, logicalId, location, problem, fix } = finding;
  const acknowledgement = acknowledgementOf(rule.ruleId, finding);
  const isLapsed = acknowledgement !== undefined && now.getTime() >= Date.parse(acknowledgement.until);
  const fails = SEVERITIES.indexOf(rule.severity) <= SEVERITIES.indexOf(failFrom);
  const item = /^(NHI\d+)-/.exec(rule.ruleId)?.[1];
  return {
    ruleName: rule.ruleId,
    description: `${problem}: ${rule.why}${acknowledgement === undefined ? '' : `; ${inWords(acknowledgement, isLapsed)}`}`,
    fix,
    severity: acknowledgement !== undefined ? (isLapsed ? WARNS : INFORMS) : fails ? FAILS : WARNS,
    violatingResources: [{ resourceLogicalId: logicalId, templatePath: template.path, locations: location === undefined ? [] : [location] }],
    ruleMetadata: {
      severity: rule.severity,
      ...(item !== undefined && item in OWASP_ITEMS ? { owasp: `${item}:2025 ${OWASP_ITEMS[item as OwaspItem]}` } : {}),
      ...(acknowledgement === undefined ? {} : { acknowledgedUntil: acknowledgement.until, acknowledgedBecause: acknowledgement.reason }),
    },
  };
}

function inWords({ reason, until }: AcknowledgedRule, isLapsed: boolean): string {
  return isLapsed ? `its acknowledgement ended at ${until} (${reason})` : `acknowledged until ${until} (${reason})`;
}

function rankOf({ severity, ruleMetadata }: PolicyViolation): number {
  return [FAILS, WARNS, INFORMS].indexOf(severity!) * 10 + SEVERITIES.indexOf(ruleMetadata?.severity as GuardrailSeverity);
}
