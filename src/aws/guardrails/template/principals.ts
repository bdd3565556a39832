import { GuardrailPrincipal } from './guardrail-principal';
import { GuardrailResource } from './guardrail-resource';
import { GuardrailTemplate } from './guardrail-template';
import { nameOf, PlainTexts } from './plain-texts';
import { Policies } from './policies-of';
import { References } from './references';
import { trustOf } from './trust-of';
import { isAgentWorkload, isWorkload, roleValuesOf } from './workloads';
import { LIFECYCLE_RESOURCE_TYPE } from '../../../contract/lifecycle-resource';
import { PowerJudge } from '../../../core/identities/power';

/** Roles of the CDK's own custom resources, whose code and policies are the CDK's: such as that which creates identity providers. */
const OF_CDK = /^Custom\w*CustomResourceProviderRole[0-9A-F]{8}$/;
/** Condition keys by which a statement ends by itself. */
const CLOCK = /"aws:(currenttime|epochtime)"/i;
const AGENT_SERVICE = /^bedrock-agentcore\./;

/** The roles and users of an app, with what the app says of them anywhere. */
export class Principals {
  public readonly all: GuardrailPrincipal[];

  public constructor(templates: readonly GuardrailTemplate[], references: References, texts: PlainTexts, organization: ReadonlySet<string>) {
    const policies = new Policies(templates, references, texts);
    const judge = new PowerJudge();
    const holders = new Map<GuardrailResource, GuardrailResource[]>();
    const managed = new Set<GuardrailResource>();
    for (const template of templates) {
      const principalOf = (value: unknown): GuardrailResource | undefined => references.targetOf(template, value)?.resource
        ?? (typeof value === 'string' ? policies.named(value) : undefined);
      for (const resource of template.resources) {
        const roles = new Set(roleValuesOf(resource).map(principalOf));
        roles.forEach((role) => role !== undefined && holders.set(role, [...holders.get(role) ?? [], resource]));
        if (resource.type === LIFECYCLE_RESOURCE_TYPE) {
          const { RoleArn: arn, RoleName: name, AccessKeys: keys } = resource.properties;
          const users = Array.isArray(keys) ? keys.map((key) => (key as { User?: unknown } | undefined)?.User) : [];
          [arn, name, ...users].map(principalOf).forEach((principal) => principal !== undefined && managed.add(principal));
        }
      }
    }
    this.all = templates.flatMap((template) => template.resources.filter(({ type }) => type === 'AWS::IAM::Role' || type === 'AWS::IAM::User').map((resource) => {
      const { statements, callers } = resource.type === 'AWS::IAM::Role' ? trustOf(texts, template, resource, organization) : { statements: [], callers: [] };
      const { policies: held, attached } = policies.of(resource);
      const heldBy = holders.get(resource) ?? [];
      const isManaged = managed.has(resource);
      const boundary = resource.properties.PermissionsBoundary;
      return GuardrailPrincipal._of({
        template,
        resource,
        name: nameOf({ template, resource }),
        callers,
        power: isOfCdk(resource) ? { level: 'none', statements: [] } : judge.powerOf(held, boundary === undefined ? undefined : policies.byArn(template, boundary)),
        attached,
        workloads: heldBy.filter(isWorkload),
        isManaged,
        isAgent: isManaged || heldBy.some(isAgentWorkload) || (heldBy.length === 0 && isOfAgentService(statements)),
        hasEnd: [JSON.stringify(statements), ...held.map(({ document }) => document)].some((text) => CLOCK.test(text)),
      });
    }));
  }
}

function isOfAgentService(statements: readonly Record<string, unknown>[]): boolean {
  return statements.some(({ Effect: effect, Principal: principal }) => effect === 'Allow'
    && [(principal as { Service?: string[] } | undefined)?.Service ?? []].flat().some((service) => AGENT_SERVICE.test(String(service))));
}

function isOfCdk({ logicalId }: GuardrailResource): boolean {
  return OF_CDK.test(logicalId);
}
