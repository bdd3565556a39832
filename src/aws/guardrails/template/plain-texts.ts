import { GuardrailTemplate } from './guardrail-template';
import { References, Target } from './references';
import { alternativesOf, branchesOf, Intrinsic, nameOfVariable, referenceOf, replaced, variablesIn } from './template-value';
import { textsOf, UNKNOWN } from '../../iam/resource-text';
import { isRecord, list } from '../../iam/statement';

/** Limit of parameters of nested stacks that are given by others, so that templates that nest each other in a circle end. */
const MOST_STEPS = 12;

/** Stands for the account of a stack that is known only at deployment. */
const SOME_ACCOUNT = '000000000000';

export function accountOf(template: GuardrailTemplate): string {
  return template.account ?? SOME_ACCOUNT;
}

/**
 * Turns values of templates into texts as they will be after deployment. Names that CloudFormation generates are as it generates them, without the end that
 * is random; anything else that is known only at deployment is `UNKNOWN`.
 */
export class PlainTexts {
  /** Parameters that are being followed over nested stacks. */
  private steps = 0;

  public constructor(private readonly references: References) {}

  /** The possible texts of a value. */
  public textsOf(template: GuardrailTemplate, value: unknown): string[] {
    return textsOf(this.known(template, value));
  }

  /** A copy of a value with the texts of what is known before deployment. */
  public known(template: GuardrailTemplate, value: unknown): unknown {
    return replaced(value, (intrinsic) => this.replacement(template, intrinsic));
  }

  /**
   * Statements of a policy, with texts only. A condition that is computed at deployment becomes one on a key that nobody knows. What a condition of the template decides counts if it allows, and not if it denies.
   */
  public statementsOf(template: GuardrailTemplate, document: unknown): Record<string, unknown>[] {
    return this.statementsIn(this.known(template, document));
  }

  private statementsIn(document: unknown, isDecided = false): Record<string, unknown>[] {
    const branches = branchesOf(document);
    if (branches !== undefined) {
      return branches.flatMap((branch) => this.statementsIn(branch, true));
    }
    // CloudFormation takes a policy as a text too.
    if (typeof document === 'string' || (isRecord(document) && ('Fn::Sub' in document || 'Fn::Join' in document))) {
      return textsOf(document).flatMap((text) => this.statementsIn(parsed(text), isDecided));
    }
    const statements = isRecord(document) && 'Statement' in document ? document.Statement : document;
    return list(statements).flatMap((one) => {
      const all = alternativesOf(one).filter(isRecord);
      const isCertain = (statement: Record<string, unknown>): boolean => (
        !isDecided && branchesOf(one) === undefined && !JSON.stringify(statement).includes('"Fn::If"'));
      return all.filter((statement) => statement.Effect !== 'Deny' || isCertain(statement)).map(plainStatement);
    });
  }

  private replacement(template: GuardrailTemplate, intrinsic: Intrinsic): unknown {
    switch (intrinsic.name) {
      case 'Fn::Sub': return this.ofSub(template, intrinsic);
      case 'Fn::FindInMap': return this.ofMap(template, intrinsic.argument);
      case 'Fn::Split': return this.ofSplit(template, intrinsic.argument);
    }
    const reference = referenceOf(intrinsic);
    const value = { [intrinsic.name]: intrinsic.argument };
    return (reference !== undefined && reference.attribute === undefined ? pseudo(template, reference.logicalId) : undefined)
      ?? textOfTarget(this.references.targetOf(template, value))
      ?? (reference !== undefined && reference.attribute === undefined ? this.parameter(template, reference.logicalId) : undefined);
  }

  private ofSub(template: GuardrailTemplate, { argument }: Intrinsic): unknown {
    const [text, variables] = [argument].flat() as unknown[];
    if (typeof text !== 'string') {
      return undefined;
    }
    const own = isRecord(variables) ? variables : {};
    const known = variablesIn(text).flatMap((reference) => {
      const name = nameOfVariable(reference);
      const found = Object.hasOwn(own, name) ? undefined
        : pseudo(template, name) ?? textOfTarget(this.references.follow(template, reference)) ?? this.parameter(template, name);
      return found === undefined ? [] : [[name, found] as const];
    });
    return { 'Fn::Sub': [text, { ...replaced(own, (one) => this.replacement(template, one)) as object, ...Object.fromEntries(known) }] };
  }

  /** What a mapping of the template has under the keys, or under any where they are known only at deployment. */
  private ofMap(template: GuardrailTemplate, argument: unknown): unknown {
    const [name, ...keys] = Array.isArray(argument) ? argument : [];
    const levels = keys.slice(0, 2).map((key) => textsOf(this.known(template, key)));
    if (typeof name !== 'string' || !Object.hasOwn(template._mappings, name) || levels.length < 2) {
      return undefined;
    }
    const under = (map: Record<string, unknown>, texts: readonly string[]): unknown[] => (
      texts.some((text) => text.includes(UNKNOWN)) ? Object.values(map) : texts.flatMap((text) => (Object.hasOwn(map, text) ? [map[text]] : [])));
    const found = levels.reduce<unknown[]>((maps, texts) => maps.filter(isRecord).flatMap((map) => under(map, texts)), [template._mappings[name]]);
    return found.length === 0 ? undefined : found.length === 1 ? found[0] : { 'Fn::If': ['', ...found] };
  }

  private ofSplit(template: GuardrailTemplate, argument: unknown): unknown {
    const [separator, source] = Array.isArray(argument) ? argument as unknown[] : [];
    const [text = UNKNOWN, ...others] = textsOf(this.known(template, source));
    return typeof separator === 'string' && separator !== '' && others.length === 0 && !text.includes(UNKNOWN) ? text.split(separator) : undefined;
  }

  private parameter(template: GuardrailTemplate, name: string): unknown {
    const found = this.references.valueOf(template, name);
    if (found === undefined || this.steps >= MOST_STEPS) {
      return undefined;
    }
    this.steps += 1;
    try {
      return this.known(found.template, found.value);
    } finally {
      this.steps -= 1;
    }
  }
}

/** A JSON text. Undefined for anything else. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function pseudo(template: GuardrailTemplate, name: string): string | undefined {
  switch (name) {
    case 'AWS::AccountId': return accountOf(template);
    case 'AWS::Partition': return 'aws';
    case 'AWS::Region': return template.region;
    case 'AWS::URLSuffix': return 'amazonaws.com';
    case 'AWS::StackName': return template.stackName;
    default: return undefined;
  }
}

const PROVIDERS = ['AWS::IAM::OIDCProvider', 'Custom::AWSCDKOpenIdConnectProvider'];
const NAMED: Readonly<Record<string, readonly [name: string, resource: string]>> = {
  'AWS::IAM::Role': ['RoleName', 'role'],
  'AWS::IAM::User': ['UserName', 'user'],
  'AWS::IAM::ManagedPolicy': ['ManagedPolicyName', 'policy'],
};

/** Name of a principal or a policy that a template creates. */
export function nameOf({ template, resource }: Target): string {
  const given = resource.properties[NAMED[resource.type]?.[0] ?? ''];
  return typeof given === 'string' ? given : `${template.stackName}-${resource.logicalId}`;
}

function textOfTarget(target: Target | undefined): string | undefined {
  if (target === undefined) {
    return undefined;
  }
  const { template, resource, attribute } = target;
  const account = accountOf(template);
  if (PROVIDERS.includes(resource.type) && (attribute === undefined || attribute === 'Arn')) {
    const url = resource.properties.Url;
    return typeof url === 'string' ? `arn:aws:iam::${account}:oidc-provider/${url.replace(/^https:\/\//, '')}` : undefined;
  }
  if (resource.type === 'AWS::Cognito::IdentityPool' && attribute === undefined) {
    return `pool ${resource.logicalId}`;
  }
  const kind = NAMED[resource.type]?.[1];
  if (kind === undefined) {
    return undefined;
  }
  // A Ref of a managed policy is its ARN, one of a role or a user its name.
  const isArn = attribute === 'Arn' || attribute === 'PolicyArn' || (attribute === undefined && kind === 'policy');
  return isArn ? `arn:aws:iam::${account}:${kind}/${nameOf(target)}` : attribute === undefined ? nameOf(target) : undefined;
}

const UNKNOWN_CONDITION = { StringEquals: { [UNKNOWN]: [UNKNOWN] } };

function plainStatement(raw: Record<string, unknown>): Record<string, unknown> {
  const given = (key: string): Record<string, unknown> => (raw[key] === undefined ? {} : { [key]: list(raw[key]).flatMap(textsOf) });
  return {
    Effect: raw.Effect === 'Deny' ? 'Deny' : 'Allow',
    ...given('Action'),
    ...given('NotAction'),
    ...given('Resource'),
    ...given('NotResource'),
    ...(raw.Principal === undefined ? {} : { Principal: plainPrincipal(raw.Principal) }),
    ...(raw.NotPrincipal === undefined ? {} : { NotPrincipal: plainPrincipal(raw.NotPrincipal) }),
    ...(raw.Condition === undefined ? {} : { Condition: plainCondition(raw.Condition) }),
  };
}

function plainPrincipal(principal: unknown): unknown {
  return !isRecord(principal) ? '*' : Object.fromEntries(Object.entries(principal).map(([type, values]) => [type, list(values).flatMap(textsOf)]));
}

function plainCondition(condition: unknown): unknown {
  if (!isRecord(condition)) {
    return UNKNOWN_CONDITION;
  }
  const blocks = Object.entries(condition);
  const isKnown = ([operator, block]: [string, unknown]): boolean => !operator.startsWith('Fn::') && isRecord(block) && !Object.keys(block).some((key) => key.startsWith('Fn::'));
  return {
    ...Object.fromEntries(blocks.filter(isKnown).map(([operator, block]) => [
      operator, Object.fromEntries(Object.entries(block as object).map(([key, values]) => [key, list(values).flatMap(textsOfValue)])),
    ])),
    ...(blocks.every(isKnown) ? {} : UNKNOWN_CONDITION),
  };
}

/** A condition may have numbers and booleans. */
function textsOfValue(value: unknown): string[] {
  return typeof value === 'object' ? textsOf(value) : [String(value)];
}

/** Whether a statement has a condition that is known only at deployment, so that nothing can be said of what it lets through. */
export function hasUnknownCondition(statement: Record<string, unknown>): boolean {
  const equals = (statement.Condition as typeof UNKNOWN_CONDITION | undefined)?.StringEquals;
  return isRecord(equals) && Object.hasOwn(equals, UNKNOWN);
}
