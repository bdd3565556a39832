import { GuardrailResource } from './guardrail-resource';
import { GuardrailTemplate } from './guardrail-template';
import { nameOf, PlainTexts } from './plain-texts';
import { References, Target } from './references';
import { alternativesOf } from './template-value';
import { NamedPolicy } from '../../../core/identities/power';
import { isNarrowed } from '../../access-rules/reach';
import { isRecord } from '../../iam/statement';

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
  'AWS::IAM::Policy': ['Roles', 'Users', 'Groups'],
  'AWS::IAM::ManagedPolicy': ['Roles', 'Users', 'Groups'],
  'AWS::IAM::GroupPolicy': ['GroupName'],
  'AWS::IAM::RolePolicy': ['RoleName'],
  'AWS::IAM::UserPolicy': ['UserName'],
};

const [ROLE, USER, GROUP] = ['AWS::IAM::Role', 'AWS::IAM::User', 'AWS::IAM::Group'];
/** What a property of a policy names. */
const HOLDERS: Readonly<Record<string, string>> = { Roles: ROLE, RoleName: ROLE, Users: USER, UserName: USER, Groups: GROUP, GroupName: GROUP };
const NAMED_BY: Readonly<Record<string, string>> = { [ROLE]: 'RoleName', [USER]: 'UserName', [GROUP]: 'GroupName' };

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
    const all = templates.flatMap((template) => template.resources.map((resource) => ({ template, resource })));
    for (const one of all.filter(({ resource: { type } }) => Object.hasOwn(NAMED_BY, type))) {
      const { template, resource } = one;
      [nameOf(one), ...this.texts.textsOf(template, resource.properties[NAMED_BY[resource.type]] ?? [])].forEach((name) => this.byName.set(`${resource.type} ${name}`, resource));
      this.held.set(resource, this.own(one));
    }
    all.forEach(({ template, resource }) => this.attach(template, resource));
    // A user has what its groups have.
    for (const { template, resource: { type, properties: { Groups: groups, GroupName: group, Users: users } }, resource } of all) {
      if (type === 'AWS::IAM::User') {
        this.principalsIn(template, groups, GROUP).forEach((one) => this.join(resource, one));
      } else if (type === 'AWS::IAM::UserToGroupAddition') {
        this.principalsIn(template, group, GROUP).forEach((one) => this.principalsIn(template, users, USER).forEach((user) => this.join(user, one)));
      }
    }
  }

  public of(principal: GuardrailResource): Held {
    return this.held.get(principal)!;
  }

  /** The principal that has a name in the app, if the app creates it. */
  public named(name: string): GuardrailResource | undefined {
    return this.byName.get(`${ROLE} ${name}`) ?? this.byName.get(`${USER} ${name}`);
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
    const found = alternativesOf(managed).map((value) => ({ value, policy: this.byArn(template, value) }));
    return {
      policies: [
        ...alternativesOf(inline).filter(isRecord).map((one) => this.policy(this.texts.textsOf(template, one.PolicyName).join() || 'inline', template, one.PolicyDocument)),
        ...found.flatMap(({ policy }) => policy ?? []),
      ],
      attached: found.filter(({ policy }) => policy === undefined).flatMap(({ value }) => this.texts.textsOf(template, value)),
    };
  }

  private attach(template: GuardrailTemplate, resource: GuardrailResource): void {
    const properties = Object.hasOwn(POLICIES, resource.type) ? POLICIES[resource.type] : [];
    const principals = new Set(properties.flatMap((property) => this.principalsIn(template, resource.properties[property], HOLDERS[property])));
    if (principals.size > 0) {
      const policy = this.policy(nameOf({ template, resource }), template, resource.properties.PolicyDocument);
      principals.forEach((principal) => this.held.get(principal)?.policies.push(policy));
    }
  }

  /** The principals or groups of a type that values name, by a reference or by a text that the template makes. */
  private principalsIn(template: GuardrailTemplate, values: unknown, type: string): GuardrailResource[] {
    return alternativesOf(values).flatMap((value) => {
      const target = this.references.targetOf(template, value)?.resource;
      return target !== undefined ? [target] : this.texts.textsOf(template, value).flatMap((name) => this.byName.get(`${type} ${name}`) ?? []);
    });
  }

  private join(user: GuardrailResource, group: GuardrailResource): void {
    const [own, more] = [this.held.get(user), this.held.get(group)];
    own?.policies.push(...more?.policies ?? []);
    own?.attached.push(...more?.attached ?? []);
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
