import { GuardrailResource } from './guardrail-resource';
import { GuardrailTemplate } from './guardrail-template';
import { nestedPathOf, nestedStacksOf, parametersOf } from './read-templates';
import { intrinsicOf, referenceOf, TemplateReference } from './template-value';

/** The resource that a value of a template stands for, and the attribute of it. */
export interface Target {
  readonly template: GuardrailTemplate;
  readonly resource: GuardrailResource;
  readonly attribute?: string;
}

interface Outer {
  readonly template: GuardrailTemplate;
  readonly given: Record<string, unknown>;
}

/** A value, and the template in which it stands. */
export interface ValueAt {
  readonly template: GuardrailTemplate;
  readonly value: unknown;
}

/** Types whose default is the name of a parameter of Systems Manager, and not the value. */
const OF_SYSTEMS_MANAGER = 'AWS::SSM::';

/** Limit of steps over stacks, so that templates that refer to each other in a circle end. */
const MOST_STEPS = 12;

/** Follows references over stacks: exports, the parameters of nested stacks and their outputs. */
export class References {
  private readonly byPath: ReadonlyMap<string, GuardrailTemplate>;
  private readonly outers = new Map<GuardrailTemplate, Outer>();
  private readonly exported = new Map<string, { readonly template: GuardrailTemplate; readonly value: unknown }>();

  public constructor(templates: readonly GuardrailTemplate[]) {
    this.byPath = new Map(templates.map((template) => [template.path, template]));
    for (const template of templates) {
      for (const logicalId of nestedStacksOf(template)) {
        const inner = this.nested(template, logicalId);
        if (inner !== undefined) {
          this.outers.set(inner, { template, given: parametersOf(template, logicalId) });
        }
      }
      for (const { Export: exportAs, Value: value } of Object.values(template._outputs)) {
        const name = (exportAs as { Name?: unknown } | undefined)?.Name;
        if (typeof name === 'string') {
          this.exported.set(name, { template, value });
        }
      }
    }
  }

  /** The resource that a value is a reference to, wherever it is. Undefined for everything else. */
  public targetOf(template: GuardrailTemplate, value: unknown, steps = 0): Target | undefined {
    const intrinsic = intrinsicOf(value);
    if (intrinsic === undefined || steps > MOST_STEPS) {
      return undefined;
    }
    if (intrinsic.name === 'Fn::ImportValue') {
      const found = typeof intrinsic.argument === 'string' ? this.exported.get(intrinsic.argument) : undefined;
      return found === undefined ? undefined : this.targetOf(found.template, found.value, steps + 1);
    }
    const reference = referenceOf(intrinsic);
    return reference === undefined ? undefined : this.follow(template, reference, steps);
  }

  /** As `targetOf`, for a variable of Fn::Sub. */
  public follow(template: GuardrailTemplate, { logicalId, attribute }: TemplateReference, steps = 0): Target | undefined {
    const resource = template._find(logicalId);
    if (resource === undefined) {
      const outer = this.outers.get(template);
      return outer !== undefined && Object.hasOwn(outer.given, logicalId)
        ? this.targetOf(outer.template, outer.given[logicalId], steps + 1) : undefined;
    }
    const output = attribute?.startsWith('Outputs.') ? attribute.slice('Outputs.'.length) : undefined;
    const inner = output === undefined ? undefined : this.nested(template, logicalId);
    return inner !== undefined && Object.hasOwn(inner._outputs, output!) ? this.targetOf(inner, inner._outputs[output!].Value, steps + 1)
      : { template, resource, ...(attribute === undefined ? {} : { attribute }) };
  }

  /** The value of a parameter: what the outer template gives to a nested one, else its default, which holds if nobody sets it. A default that is empty has to be set. */
  public valueOf(template: GuardrailTemplate, name: string): ValueAt | undefined {
    const outer = this.outers.get(template);
    if (outer !== undefined && Object.hasOwn(outer.given, name)) {
      return { template: outer.template, value: outer.given[name] };
    }
    if (!Object.hasOwn(template._parameters, name)) {
      return undefined;
    }
    const { Type: type = 'String', Default: value } = template._parameters[name];
    return typeof type !== 'string' || type.startsWith(OF_SYSTEMS_MANAGER) || !['string', 'number'].includes(typeof value) || value === '' ? undefined
      : { template, value: type === 'CommaDelimitedList' || type.startsWith('List<') ? String(value).split(',').map((one) => one.trim()) : String(value) };
  }

  private nested(template: GuardrailTemplate, logicalId: string): GuardrailTemplate | undefined {
    const path = nestedPathOf(template, logicalId);
    return path === undefined ? undefined : this.byPath.get(path);
  }
}
