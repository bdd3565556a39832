import { GuardrailTemplate } from './guardrail-template';
import { References, Target } from './references';
import { Intrinsic, nameOfVariable, referenceOf, replaced, variablesIn } from './template-value';
import { textsOf, UNKNOWN } from '../../iam/resource-text';
import { isRecord, list } from '../../iam/statement';

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
  public constructor(private readonly references: References) {}

  /** The possible texts of a value. */
  public textsOf(template: GuardrailTemplate, value: unknown): string[] {
    return textsOf(this.known(template, value));
  }

  /** A copy of a value with the texts of what is known before deployment. */
  public known(template: GuardrailTemplate, value: unknown): unknown {
    return replaced(value, (intrinsic) => this.replacement(template, intrinsic));
  }

  /** Statements of a policy, with texts only. A condition that is computed at deployment becomes one on a key that nobody knows. */
  public statementsOf(template: GuardrailTemplate, document: unknown): Record<string, unknown>[] {
    const known = this.known(template, document);
    const statements = isRecord(known) && 'Statement' in known ? known.Statement : known;
    return list(statements).flatMap(branches).filter(isRecord).map(plainStatement);
  }

  private replacement(template: GuardrailTemplate, intrinsic: Intrinsic): unknown {
    if (intrinsic.name === 'Fn::Sub') {
      const [text, variables] = [intrinsic.argument].flat() as unknown[];
      if (typeof text !== 'string') {
        return undefined;
      }
      const own = isRecord(variables) ? variables : {};
      const known = variablesIn(text).flatMap((reference) => {
        const name = nameOfVariable(reference);
        const found = Object.hasOwn(own, name) ? undefined : pseudo(template, name) ?? textOfTarget(this.references.follow(template, reference));
        return found === undefined ? [] : [[name, found] as const];
      });
      return { 'Fn::Sub': [text, { ...replaced(own, (one) => this.replacement(template, one)) as object, ...Object.fromEntries(known) }] };
    }
    const reference = referenceOf(intrinsic);
    const value = { [intrinsic.name]: intrinsic.argument };
    return (reference !== undefined && reference.attribute === undefined ? pseudo(template, reference.logicalId) : undefined)
      ?? textOfTarget(this.references.targetOf(template, value));
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

/** Both branches of an Fn::If. */
function branches(value: unknown, depth = 0): unknown[] {
  return isRecord(value) && Array.isArray(value['Fn::If']) && depth < 10 ? value['Fn::If'].slice(1).flatMap((branch) => branches(branch, depth + 1)) : [value];
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
