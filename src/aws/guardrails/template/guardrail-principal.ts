import { GuardrailResource } from './guardrail-resource';
import { GuardrailTemplate } from './guardrail-template';
import { Caller } from '../../../core/identities/caller';
import { Power } from '../../../core/identities/power';

interface PrincipalFacts {
  readonly template: GuardrailTemplate;
  readonly resource: GuardrailResource;
  readonly name: string;
  readonly callers: readonly Caller[];
  readonly power: Power;
  readonly attached: readonly string[];
  readonly workloads: readonly GuardrailResource[];
  readonly isAgent: boolean;
  readonly isManaged: boolean;
  readonly hasEnd: boolean;
}

/** A role or a user that a template creates. */
export class GuardrailPrincipal {
  /** @internal */
  public static _of(facts: PrincipalFacts): GuardrailPrincipal {
    return new GuardrailPrincipal(facts);
  }

  /** The template that creates it. */
  public readonly template: GuardrailTemplate;
  /** The `AWS::IAM::Role` or `AWS::IAM::User`. */
  public readonly resource: GuardrailResource;
  /** Its name. One that CloudFormation generates is without the random end. */
  public readonly name: string;
  /** Whether it is an agent's: one of this library, or of a runtime of Amazon Bedrock or AgentCore. */
  public readonly isAgent: boolean;
  /** Whether it is an agent's that a registry manages. */
  public readonly isManaged: boolean;
  /** The workloads that run with it, such as functions and task definitions. */
  public readonly workloads: GuardrailResource[];

  /** @internal */
  public readonly _callers: readonly Caller[];
  /** @internal */
  public readonly _power: Power;
  /** @internal */
  public readonly _attached: readonly string[];
  /** @internal */
  public readonly _hasEnd: boolean;

  private constructor({ template, resource, name, callers, power, attached, workloads, isAgent, isManaged, hasEnd }: PrincipalFacts) {
    this.template = template;
    this.resource = resource;
    this.name = name;
    this.isAgent = isAgent;
    this.isManaged = isManaged;
    this.workloads = [...workloads];
    this._callers = callers;
    this._power = power;
    this._attached = attached;
    this._hasEnd = hasEnd;
  }
}
