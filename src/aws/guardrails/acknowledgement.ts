import { Annotations, Aspects, CfnElement, CfnResource, IAspect, Stack } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { BUILT_IN_RULES } from './rules';
import { GuardrailTemplate } from './template/guardrail-template';
import { Expiry } from '../../core';
import { InvalidInputError } from '../../core/errors';
import { isPast } from '../../core/expiry';
import { requireList } from '../../core/kind';
import { requireReason } from '../../core/reason';
import { withPath } from '../../core/scope';
import { shown } from '../../core/shown';
import { requireExpiry } from '../../core/value-classes';
import { isRecord, list } from '../iam/statement';

/** Which findings stay, why and until when. */
export interface GuardrailAcknowledgement {
  /** Ids of the rules, such as `NHI4-access-key`. */
  readonly rules: string[];

  /** Why what they find stays, 10 to 500 characters. It is in the template and in each report. */
  readonly reason: string;

  /** Until when. From then on the findings are reported again, as warnings. */
  readonly until: Expiry;
}

/** An acknowledgement as the template has it. */
export interface AcknowledgedRule {
  readonly rule: string;
  readonly reason: string;
  readonly until: string;
}

/** Key of the metadata, of a resource or, for outputs and parameters, of the template. */
const METADATA_KEY = 'cdk-nhi-lifecycle:acknowledged';
export const RULE_ID = /^[A-Za-z][A-Za-z0-9-]{2,80}$/;

/**
 * Writes an acknowledgement into the templates, so that it is read in a review of the code's difference, stays with the deployed stack, and reaches the plugin with each
 * version of the CDK.
 */
export function acknowledgeGuardrails(scope: IConstruct, { rules, reason, until }: GuardrailAcknowledgement, now: Date): void {
  const [ids, text, end] = withPath(scope, () => [
    requireList('the rules', rules).map(requireRuleId), requireReason(reason), requireExpiry('the end of an acknowledgement', until),
  ] as const);
  if (ids.length === 0) {
    throw invalid(scope, 'it names no rule', 'name each rule by its id, such as NHI4-access-key');
  }
  if (end.needsCertification) {
    throw invalid(scope, 'its end is one that reviews carry on', 'use Expiry.on() or Expiry.at()');
  }
  if (isPast(end, now)) {
    // Time passes without a change of the code, so it is a warning, as the end of an agent is.
    Annotations.of(scope).addWarningV2(`cdk-nhi-lifecycle:AcknowledgementLapsed:${ids.join('+')}`,
      `the acknowledgement of ${ids.join(', ')} ended at ${end.iso}: fix what the rules find, or decide again and write a later end`);
  }
  Aspects.of(scope).add(new Acknowledging(ids.map((rule) => ({ rule, reason: text, until: end.iso }))));

  function requireRuleId(id: string): string {
    const known = BUILT_IN_RULES.some(({ ruleId }) => ruleId === id);
    if (typeof id !== 'string' || !RULE_ID.test(id) || (/^NHI\d/.test(id) && !known)) {
      throw invalid(scope, `rule ${shown(id)} is unknown`, 'use an id of the table in docs/guide/guardrails.md, or that of a rule of your own');
    }
    return id;
  }
}

function invalid(scope: IConstruct, problem: string, fix: string): InvalidInputError {
  return new InvalidInputError('AcknowledgementInvalid', `${scope.node.path}: the acknowledgement is not allowed: ${problem}: ${fix}`);
}

class Acknowledging implements IAspect {
  public constructor(private readonly rules: readonly AcknowledgedRule[]) {}

  public visit(node: IConstruct): void {
    if (!CfnElement.isCfnElement(node)) {
      return;
    }
    if (CfnResource.isCfnResource(node)) {
      node.addMetadata(METADATA_KEY, [...rulesIn(node.getMetadata(METADATA_KEY)), ...this.rules]);
      return;
    }
    const stack = Stack.of(node);
    const metadata = stack.templateOptions.metadata ?? {};
    const acknowledged = (metadata[METADATA_KEY] ?? {}) as Record<string, unknown>;
    const logicalId = stack.resolve(node.logicalId) as string;
    stack.templateOptions.metadata = {
      ...metadata, [METADATA_KEY]: { ...acknowledged, [logicalId]: [...rulesIn(acknowledged[logicalId]), ...this.rules] },
    };
  }
}

/** The acknowledgements of one part of a template. */
export function acknowledgementsAt(template: GuardrailTemplate, logicalId: string): AcknowledgedRule[] {
  const ofTemplate = template._metadata[METADATA_KEY];
  return [
    ...rulesIn(template._find(logicalId)?._metadata[METADATA_KEY]),
    ...rulesIn(isRecord(ofTemplate) && Object.hasOwn(ofTemplate, logicalId) ? ofTemplate[logicalId] : undefined),
  ];
}

/** All acknowledgements of a template, with what has them. */
export function acknowledgementsIn(template: GuardrailTemplate): [logicalId: string, acknowledged: AcknowledgedRule][] {
  const ofTemplate = template._metadata[METADATA_KEY];
  const ids = [...template.resources.map(({ logicalId }) => logicalId), ...Object.keys(isRecord(ofTemplate) ? ofTemplate : {})];
  return [...new Set(ids)].flatMap((logicalId) => acknowledgementsAt(template, logicalId).map((one): [string, AcknowledgedRule] => [logicalId, one]));
}

/** Anything that does not have the form of an acknowledgement is ignored. */
function rulesIn(value: unknown): AcknowledgedRule[] {
  return list(value).filter((one): one is AcknowledgedRule => isRecord(one) && typeof one.rule === 'string' && typeof one.reason === 'string'
    && one.reason.trim().length >= 10 && typeof one.until === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(one.until) && !Number.isNaN(Date.parse(one.until)));
}
