import { GuardrailResource } from './guardrail-resource';
import { GuardrailTemplate } from './guardrail-template';
import { nameOf, PlainTexts } from './plain-texts';
import { References, Target } from './references';
import { NamedPolicy } from '../../../core/identities/power';
import { isNarrowed } from '../../access-rules/reach';
import { isRecord, list } from '../../iam/statement';

/** A policy of a principal, with the statements as texts. */
export interface HeldPolicy extends NamedPolicy {
  readonly document: string;
}

export interface Held {
  readonly policies: HeldPolicy[];
  /** ARNs or names of the managed policies that the app doesn't create. */
  readonly attached: string[];
}

const POLICIES: Readonly<Record<string, readonly string[]>> = {
  'AWS::IAM::Policy': ['Roles', 'Users'],
  'AWS::IAM::ManagedPolicy': ['Roles', 'Users'],
  'AWS::IAM::RolePolicy': ['RoleName'],
  'AWS::IAM::UserPolicy': ['UserName'],
};

/** What AWS's own policies allow that are wider than one service. */
const OF_AWS: Readonly<Record<string, object>> = {
  AdministratorAccess: { Effect: 'Allow', Action: '*', Resource: '*' },
  PowerUserAccess: { Effect: 'Allow', NotAction: ['iam:*', 'organizations:*', 'account:*'], Resource: '*' },
  IAMFullAccess: { Effect: 'Allow', Action: 'iam:*', Resource: '*' },
};

/** Finds the policies of principals, wherever in the app they are attached. */
export class Policies {
  private readonly held = new Map<GuardrailResource, Held>();
  private readonly byName = new Map<string, GuardrailResource>();

  public constructor(
    templates: readonly GuardrailTemplate[],
    private readonly references: References,
    private readonly texts: PlainTexts,
  ) {
    const principals = templates.flatMap((template) => template.resources
      .filter(({ type }) => type === 'AWS::IAM::Role' || type === 'AWS::IAM::User').map((resource) => ({ template, resource })));
    for (const one of principals) {
      this.byName.set(nameOf(one), one.resource);
      this.held.set(one.resource, this.own(one));
    }
    for (const template of templates) {
      template.resources.forEach((resource) => this.attach(template, resource));
    }
  }

  public of(principal: GuardrailResource): Held {
    return this.held.get(principal)!;
  }

  /** The principal that has a name in the app, if the app creates it. */
  public named(name: string): GuardrailResource | undefined {
    return this.byName.get(name);
  }

  /** A policy by its ARN. Undefined if the app doesn't create it, unless it is one of the widest of AWS. */
  public byArn(template: GuardrailTemplate, value: unknown): HeldPolicy | undefined {
    const target = this.references.targetOf(template, value);
    if (target?.resource.type === 'AWS::IAM::ManagedPolicy') {
      return this.policy(nameOf(target), target.template, target.resource.properties.PolicyDocument);
    }
    const name = this.texts.textsOf(template, value).map((arn) => arn.split('/').at(-1)!).find((one) => Object.hasOwn(OF_AWS, one));
    return name === undefined ? undefined : { name, document: JSON.stringify({ Statement: [OF_AWS[name]] }) };
  }

  private own({ template, resource }: Target): Held {
    const { Policies: inline, ManagedPolicyArns: managed } = resource.properties;
    const found = list(managed).map((value) => ({ value, policy: this.byArn(template, value) }));
    return {
      policies: [
        ...list(inline).filter(isRecord).map((one) => this.policy(this.texts.textsOf(template, one.PolicyName).join() || 'inline', template, one.PolicyDocument)),
        ...found.flatMap(({ policy }) => policy ?? []),
      ],
      attached: found.filter(({ policy }) => policy === undefined).flatMap(({ value }) => this.texts.textsOf(template, value)),
    };
  }

  private attach(template: GuardrailTemplate, resource: GuardrailResource): void {
    const values = (Object.hasOwn(POLICIES, resource.type) ? POLICIES[resource.type] : []).flatMap((property) => list(resource.properties[property]));
    if (values.length === 0) {
      return;
    }
    const policy = this.policy(nameOf({ template, resource }), template, resource.properties.PolicyDocument);
    for (const value of values) {
      const principal = this.references.targetOf(template, value)?.resource ?? (typeof value === 'string' ? this.byName.get(value) : undefined);
      if (principal !== undefined) {
        this.held.get(principal)?.policies.push(policy);
      }
    }
  }

  private policy(name: string, template: GuardrailTemplate, document: unknown): HeldPolicy {
    return { name, document: JSON.stringify({ Statement: this.texts.statementsOf(template, document).map(narrowed) }) };
  }
}

/** A condition on a tag or another mark of a resource names some resources, as ARNs do. The CDK's pipelines assume the roles of its bootstrap so. */
function narrowed(statement: Record<string, unknown>): Record<string, unknown> {
  return statement.Effect === 'Allow' && isNarrowed(statement.Condition as Record<string, unknown> | undefined)
    ? { ...statement, Resource: ['resources that the condition names'], NotResource: undefined } : statement;
}
