import { GuardrailApp } from './template/guardrail-app';
import { GuardrailTemplate } from './template/guardrail-template';

/** How bad a finding is. From `HIGH` on, it fails the synthesis if nothing else is set. */
export enum GuardrailSeverity {
  /** Anyone can use it, or it may do everything. */
  CRITICAL = 'critical',
  /** One more mistake is enough. */
  HIGH = 'high',
  /** A weakness. */
  MEDIUM = 'medium',
  /** Worth a look. */
  LOW = 'low',
}

/** Something that a rule found. */
export interface GuardrailFinding {
  /** The template that has it. */
  readonly template: GuardrailTemplate;

  /** Logical id of the resource, output or parameter. */
  readonly logicalId: string;

  /**
   * Where in it, such as `Properties.AssumeRolePolicyDocument`.
   *
   * @default - the whole resource
   */
  readonly location?: string;

  /** What is wrong, in one sentence without a full stop. */
  readonly problem: string;

  /** What to do. */
  readonly fix: string;
}

/** A rule of the guardrails. Implement it to add rules of your own. */
export interface IGuardrailRule {
  /** Its id, such as `ACME1-no-role-without-path`: letters, digits and hyphens. Acknowledgements name it. */
  readonly ruleId: string;

  /** How bad what it finds is. */
  readonly severity: GuardrailSeverity;

  /** Why it matters, in one sentence without a full stop. */
  readonly why: string;

  /** What in the app breaks the rule. The same app must give the same findings, in the same order. */
  find(app: GuardrailApp): GuardrailFinding[];
}
