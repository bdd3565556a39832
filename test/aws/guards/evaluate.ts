import { aws_iam as iam, Stack } from 'aws-cdk-lib';
import { globMatches } from '../../../src/aws/iam/globs';

interface RequestOf {
  readonly action: string;
  readonly resource: string;
  /** Condition keys with the values in the request. */
  readonly context?: Record<string, string | string[]>;
}

type Statement = Record<string, unknown>;

/** Whether a statement of a document denies a request. Evaluates the operators of our guards as IAM does. */
export function denies(document: iam.PolicyDocument | Statement[], request: RequestOf): boolean {
  return applies('Deny', document, request);
}

/** Whether a statement of a document allows a request, whatever others deny. */
export function allows(document: iam.PolicyDocument | Statement[], request: RequestOf): boolean {
  return applies('Allow', document, request);
}

function applies(effect: 'Allow' | 'Deny', document: iam.PolicyDocument | Statement[], { action, resource, context = {} }: RequestOf): boolean {
  const statements = Array.isArray(document) ? document : new Stack().resolve(document).Statement as Statement[];
  return statements.some((statement) => statement.Effect === effect
    && named(statement, 'Action', action.toLowerCase(), (pattern) => pattern.toLowerCase())
    && named(statement, 'Resource', resource, (pattern) => pattern)
    && Object.entries(statement.Condition ?? {}).every(([operator, keys]) =>
      Object.entries(keys as object).every(([key, values]) => holds(operator, [values].flat(), valueOf(context, key)))));
}

function named(statement: Statement, element: string, text: string, as: (pattern: string) => string): boolean {
  const covers = (patterns: unknown) => [patterns].flat().some((pattern) => globMatches(as(String(pattern)), text));
  return statement[element] === undefined ? !covers(statement[`Not${element}`]) : covers(statement[element]);
}

/** Condition keys are compared without regard to case. */
function valueOf(context: Record<string, string | string[]>, key: string): string[] | undefined {
  const found = Object.entries(context).find(([name]) => name.toLowerCase() === key.toLowerCase());
  return found && [found[1]].flat();
}

const COMPARE: Record<string, (pattern: string, value: string) => boolean> = {
  StringEquals: (pattern, value) => pattern === value,
  StringEqualsIgnoreCase: (pattern, value) => pattern.toLowerCase() === value.toLowerCase(),
  StringLike: globMatches,
  ArnLike: globMatches,
  Bool: (pattern, value) => pattern === value,
  DateGreaterThanEquals: (pattern, value) => value >= pattern,
  NumericGreaterThan: (pattern, value) => Number(value) > Number(pattern),
  NumericLessThanEquals: (pattern, value) => Number(value) <= Number(pattern),
};

function holds(operator: string, patterns: string[], values: string[] | undefined): boolean {
  if (operator === 'Null') {
    return patterns[0] === String(values === undefined);
  }
  const [, set, base, ifExists] = /^(ForAnyValue:|ForAllValues:)?(\w+?)(IfExists)?$/.exec(operator)!;
  const negated = /^(String|Arn)Not/.test(base);
  const compare = COMPARE[base.replace('Not', '')];
  if (compare === undefined) {
    throw new Error(`OperatorUnknown: ${operator}`);
  }
  if (values === undefined) {
    return set === 'ForAllValues:' || (set === undefined && (negated || ifExists !== undefined));
  }
  const one = (value: string) => patterns.some((pattern) => compare(pattern, value)) !== negated;
  return set === 'ForAllValues:' ? values.every(one) : values.some(one);
}
