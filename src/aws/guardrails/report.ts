import { PolicyValidationPluginReport, PolicyViolatingResource, PolicyViolation } from 'aws-cdk-lib';
import { AcknowledgedRule } from './acknowledgement';
import { AcknowledgementUses } from './acknowledgement-uses';
import { GuardrailFinding, GuardrailSeverity, IGuardrailRule } from './rule';
import { ConstructPlaces } from './template/construct-places';
import { GuardrailApp } from './template/guardrail-app';
import { GuardrailTemplate } from './template/guardrail-template';
import { ReadTemplates } from './template/read-templates';
import { InvalidInputError, reasonOf } from '../../core/errors';
import { OWASP_ITEMS, OwaspItem, SEVERITIES } from '../../core/identities/finding-rules';
import { shown } from '../../core/shown';

export interface ReportOptions {
  readonly failFrom: GuardrailSeverity;
  readonly now: Date;
  readonly places: ConstructPlaces;
}

/** CDK's severities. It lets nobody acknowledge what is fatal without an end; only an acknowledgement of this library counts. */
const [FAILS, WARNS, INFORMS] = ['fatal', 'warning', 'info'];

/** What the rules find, the worst first. */
export function reportOf(
  rules: readonly IGuardrailRule[], app: GuardrailApp, { unreadable, hidden }: ReadTemplates, options: ReportOptions,
): PolicyValidationPluginReport {
  const { places } = options;
  const uses = new AcknowledgementUses();
  const violations = [
    ...unreadable.map(({ path, reason }): PolicyViolation => ({
      ruleName: 'TemplateUnreadable', description: `${path} could not be read: ${reason}`, severity: FAILS, violatingResources: [placeIn(places, path)],
    })),
    ...hidden.map(({ path, reason, logicalId }): PolicyViolation => ({
      ruleName: 'TemplateHidden', description: `${path} is not judged as a whole: ${reason}`, fix: 'look at the processed template, or define the resources in the app', severity: WARNS, violatingResources: [placeIn(places, path, logicalId)],
    })),
    ...rules.flatMap((rule) => violationsOf(rule, app, uses, options)),
  ];
  const unused = uses.unusedIn(app, rules).map(({ rule, reason, until, template, logicalId }): PolicyViolation => ({
    ruleName: 'AcknowledgementUnused',
    description: oneLine(`the acknowledgement of ${rule} until ${until} (${reason}) covers no finding`),
    fix: 'remove it, or correct the id of the rule: it would let later findings stay',
    severity: INFORMS,
    violatingResources: [placeIn(places, template.path, logicalId)],
  }));
  const acknowledged = violations.filter(({ severity }) => severity === INFORMS).length;
  return {
    success: violations.every(({ severity }) => severity !== FAILS),
    violations: [...violations.sort((one, other) => rankOf(one) - rankOf(other)), ...unused],
    metadata: { findings: String(violations.length - acknowledged), acknowledged: String(acknowledged) },
  };
}

function violationsOf(rule: IGuardrailRule, app: GuardrailApp, uses: AcknowledgementUses, options: ReportOptions): PolicyViolation[] {
  try {
    return requireFindings(rule.find(app)).map((finding) => violationOf(rule, finding, uses, options));
  } catch (error) {
    // The CDK prints nothing of a violation without a place.
    return [{ ruleName: rule.ruleId, description: oneLine(`the rule ${rule.ruleId} failed: ${reasonOf(error)}`), fix: 'correct the rule: it must accept every template', severity: FAILS, violatingResources: [{ locations: [] }] }];
  }
}

/** What a rule of the user returned, if these are findings. */
function requireFindings(found: unknown): GuardrailFinding[] {
  const isFinding = (one: Partial<Record<keyof GuardrailFinding, unknown>> | null): boolean => typeof one === 'object' && one !== null
    && one.template instanceof GuardrailTemplate && [one.logicalId, one.problem, one.fix].every((text) => typeof text === 'string')
    && ['string', 'undefined'].includes(typeof (one.location ?? undefined));
  if (!Array.isArray(found) || !found.every(isFinding)) {
    throw new InvalidInputError('GuardrailsInvalid', `find() returned ${Array.isArray(found) ? 'something that is no finding' : shown(found)}: return a list of findings, each with a template of the app, a logical id, a problem and a fix, and an empty list for none`);
  }
  return found as GuardrailFinding[];
}

function violationOf(
  rule: IGuardrailRule, finding: GuardrailFinding, uses: AcknowledgementUses, { failFrom, now, places }: ReportOptions,
): PolicyViolation {
  const { template, logicalId, location, problem, fix } = finding;
  const acknowledgement = uses.of(rule.ruleId, finding);
  const isLapsed = acknowledgement !== undefined && now.getTime() >= Date.parse(acknowledgement.until);
  const fails = SEVERITIES.indexOf(rule.severity) <= SEVERITIES.indexOf(failFrom);
  const item = /^(NHI\d+)-/.exec(rule.ruleId)?.[1];
  return {
    ruleName: rule.ruleId,
    description: oneLine(`${problem}: ${rule.why}${acknowledgement === undefined ? '' : `; ${inWords(acknowledgement, isLapsed)}`}`),
    fix: acknowledgement === undefined ? `${fix}; or let it stay for a time: AgentGuardrails.acknowledge(construct, { rules: ['${rule.ruleId}'], reason, until })`
      : isLapsed ? `${fix}; or decide again: AgentGuardrails.acknowledge() with a later end` : fix,
    severity: acknowledgement !== undefined ? (isLapsed ? WARNS : INFORMS) : fails ? FAILS : WARNS,
    violatingResources: [{ ...placeIn(places, template.path, logicalId), locations: location === undefined ? [] : [location] }],
    ruleMetadata: {
      severity: rule.severity,
      ...(item !== undefined && item in OWASP_ITEMS ? { owasp: `${item}:2025 ${OWASP_ITEMS[item as OwaspItem]}` } : {}),
      ...(acknowledgement === undefined ? {} : { acknowledgedUntil: acknowledgement.until, acknowledgedBecause: acknowledgement.reason }),
    },
  };
}

/** Where something is. The CDK finds the construct of a resource by its logical id; of anything else it needs the path. */
function placeIn(places: ConstructPlaces, templatePath: string, logicalId?: string): PolicyViolatingResource {
  const constructPath = logicalId === undefined ? places.ofStack(templatePath) : places.ofElement(templatePath, logicalId);
  return {
    templatePath,
    locations: [],
    ...(logicalId === undefined ? {} : { resourceLogicalId: logicalId }),
    ...(constructPath === undefined ? {} : { constructPath }),
  };
}

/** Texts of templates and of rules can't write further lines into a report. */
function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ');
}

function inWords({ reason, until }: AcknowledgedRule, isLapsed: boolean): string {
  return isLapsed ? `its acknowledgement ended at ${until} (${reason})` : `acknowledged until ${until} (${reason})`;
}

function rankOf({ severity, ruleMetadata }: PolicyViolation): number {
  return [FAILS, WARNS, INFORMS].indexOf(severity!) * 10 + SEVERITIES.indexOf(ruleMetadata?.severity as GuardrailSeverity);
}
