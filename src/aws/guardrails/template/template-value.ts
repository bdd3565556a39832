import { UNKNOWN } from '../../iam/resource-text';
import { isRecord } from '../../iam/statement';

/** Limit of nesting, far above what a template needs. What is deeper counts as known at deployment only. */
const DEEPEST = 60;

/** A part of a template that is a call of CloudFormation. */
export interface Intrinsic {
  readonly name: string;
  readonly argument: unknown;
}

export function intrinsicOf(value: unknown): Intrinsic | undefined {
  if (!isRecord(value)) {
    return undefined;
  }
  const [[name, argument] = [], ...others] = Object.entries(value);
  return name !== undefined && others.length === 0 && (name === 'Ref' || name === 'Condition' || name.startsWith('Fn::')) ? { name, argument } : undefined;
}

/** What a value may be at deployment: each branch of an Fn::If, each item of a list, and not `AWS::NoValue`. */
export function alternativesOf(value: unknown, depth = 0): unknown[] {
  if (value === undefined || depth > DEEPEST) {
    return [];
  }
  if (Array.isArray(value)) {
    return value.flatMap((one) => alternativesOf(one, depth + 1));
  }
  const branches = branchesOf(value);
  return branches !== undefined ? branches.flatMap((one) => alternativesOf(one, depth + 1)) : isRecord(value) && value.Ref === 'AWS::NoValue' ? [] : [value];
}

/** The branches of an Fn::If. */
export function branchesOf(value: unknown): unknown[] | undefined {
  return isRecord(value) && Array.isArray(value['Fn::If']) ? value['Fn::If'].slice(1) : undefined;
}

/** A reference to something of the template, with the attribute that is wanted of it. Without an attribute it is a Ref. */
export interface TemplateReference {
  readonly logicalId: string;
  readonly attribute?: string;
}

/** The resource, parameter or pseudo parameter that a Ref or a GetAtt names. */
export function referenceOf({ name, argument }: Intrinsic): TemplateReference | undefined {
  if (name === 'Ref') {
    return typeof argument === 'string' ? { logicalId: argument } : undefined;
  }
  if (name !== 'Fn::GetAtt') {
    return undefined;
  }
  const [logicalId, ...attribute] = typeof argument === 'string' ? argument.split('.') : Array.isArray(argument) ? argument as unknown[] : [];
  return typeof logicalId === 'string' && attribute.every((part) => typeof part === 'string') ? { logicalId, attribute: attribute.join('.') } : undefined;
}

/** The variables of a text of Fn::Sub. */
export function variablesIn(text: string): TemplateReference[] {
  return [...text.matchAll(/\$\{([^!}][^}]*)\}/g)].map(([, variable]) => {
    const [logicalId, ...attribute] = variable.split('.');
    return attribute.length === 0 ? { logicalId } : { logicalId, attribute: attribute.join('.') };
  });
}

/** A variable, as it stands in the text. */
export function nameOfVariable({ logicalId, attribute }: TemplateReference): string {
  return attribute === undefined ? logicalId : `${logicalId}.${attribute}`;
}

/** A text of a template, and the property that has it, such as `Properties.Environment.Variables.TOKEN`. */
export interface TextAt {
  readonly at: string;
  readonly text: string;
}

export interface ReferenceAt {
  readonly at: string;
  readonly reference: TemplateReference;
}

/** What a part of a template contains, at any depth. */
export interface Contents {
  readonly texts: readonly TextAt[];
  readonly references: readonly ReferenceAt[];
  /** Names of exports of other stacks. */
  readonly imports: readonly TextAt[];
}

export function contentsOf(value: unknown, at: string): Contents {
  const texts: TextAt[] = [];
  const references: ReferenceAt[] = [];
  const imports: TextAt[] = [];
  walk(value, at, 0, false);
  return { texts, references, imports };

  /** What is in the arguments of a call is where the call is. */
  function walk(part: unknown, where: string, depth: number, isArgument: boolean): void {
    if (typeof part === 'string') {
      texts.push({ at: where, text: part });
    } else if (depth < DEEPEST && typeof part === 'object' && part !== null) {
      const intrinsic = intrinsicOf(part);
      const reference = intrinsic === undefined ? undefined : referenceOf(intrinsic);
      if (reference !== undefined) {
        references.push({ at: where, reference });
        return;
      }
      if (intrinsic?.name === 'Fn::ImportValue' && typeof intrinsic.argument === 'string') {
        imports.push({ at: where, text: intrinsic.argument });
        return;
      }
      if (intrinsic?.name === 'Fn::Sub') {
        const [template, own] = [intrinsic.argument].flat() as unknown[];
        const ofTemplate = typeof template === 'string' ? variablesIn(template).filter((one) => !isRecord(own) || !Object.hasOwn(own, nameOfVariable(one))) : [];
        references.push(...ofTemplate.map((one) => ({ at: where, reference: one })));
      }
      for (const [key, child] of Object.entries(part)) {
        walk(child, isArgument || intrinsic !== undefined ? where : `${where}.${key}`, depth + 1, isArgument || intrinsic !== undefined);
      }
    }
  }
}

/** A copy in which `replace` has put something else for some of the calls of CloudFormation. */
export function replaced(value: unknown, replace: (intrinsic: Intrinsic) => unknown, depth = 0): unknown {
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  if (depth >= DEEPEST) {
    return UNKNOWN;
  }
  if (Array.isArray(value)) {
    return value.map((part) => replaced(part, replace, depth + 1));
  }
  const intrinsic = intrinsicOf(value);
  const other = intrinsic === undefined ? undefined : replace(intrinsic);
  if (other !== undefined) {
    return other;
  }
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, replaced(part, replace, depth + 1)]));
}
