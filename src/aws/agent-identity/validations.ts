import { isDeepStrictEqual } from 'node:util';
import { aws_iam as iam, CfnResource, FeatureFlags, Stack } from 'aws-cdk-lib';
import { IAM_MINIMIZE_POLICIES } from 'aws-cdk-lib/cx-api';
import { Construct, IConstruct } from 'constructs';
import { AccessPolicies } from './access-policies';
import { declaredForCheck, DeclaringAgent } from './access-properties';
import { AgentRole } from './agent-role';
import { tagFaults } from './agent-tags';
import { AccessRules, rulesOn } from './checked-statement';
import { circles } from './circles';
import { delegationFaults } from './delegation';
import { grantsInEveryStage } from './every-stage';
import { boundaryFaults } from './permissions-boundary';
import { overrides, removal, rendered, RenderedResource, renderedForCheck, reshaped } from './rendered';
import { RoleGuards } from './role-guards';
import { renderedReferencesOf } from './statement-references';
import { ACCESS_POLICY, MOST_ACCESS_PARTS } from '../../contract/policy-names';
import { AgentStage } from '../../core';
import { checkStatement, checkTogether } from '../access-rules/statement-rules';
import { checkTrustPrincipal, principalsOf } from '../access-rules/trust-rules';
import { tellFixedNames } from '../agent-runtime/fixed-names';
import { RoleHolder } from '../agent-runtime/role-holders';
import { policySizeOf, QUOTAS } from '../iam/quotas';
import { list, parseStatements, parseTrustStatements } from '../iam/statement';

interface FinalCheckProps {
  readonly role: AgentRole;
  readonly access: AccessPolicies;
  readonly lifecycle: CfnResource;
  readonly rules: AccessRules;
  readonly path: string;
  /** Undefined if CloudFormation generates it. */
  readonly roleName?: string;
  readonly longestSessionSeconds: number;
  readonly guards: () => RoleGuards;
  readonly trustDenies: iam.PolicyStatement[];
  /** The Deny in the access policy that ends the agent. */
  readonly endDeny: iam.PolicyStatement;
  readonly permissionsBoundary?: iam.IManagedPolicy;
  /** The tags of the role. */
  readonly tags: Record<string, string>;
  /** The resources that have the role. */
  readonly holders: readonly RoleHolder[];
  readonly declaring: DeclaringAgent;
  readonly stage: AgentStage;
  /** Paths of all policies that name the role. */
  readonly namingPolicies: readonly string[];
}

interface Final extends FinalCheckProps {
  readonly agent: Construct;
  readonly where: string;
  readonly roleAsRendered: RenderedResource;
  readonly accessAsRendered: RenderedResource;
  /** Properties of the managed policies that continue the access. */
  readonly more: readonly Record<string, unknown>[];
}

type Check = (final: Final) => string[];

/** Checks that need the finished app, after all aspects and escape hatches. */
const CHECKS: Check[] = [
  notRetained, notReshaped, notUsedElsewhere, guarded, toldAsDeclared, trusted, takenByHolders, ends, continued, nothingBesides, quotas,
  accessAsChecked, tagged, grantsInEveryStage, notCircular, boundaryUsable, delegatesWithin,
];

const COUNTED = new WeakSet<Stack>();

export function finalChecks(agent: Construct, props: FinalCheckProps): void {
  agent.node.addValidation({
    validate: () => {
      declaredForCheck(props.declaring);
      const final: Final = {
        ...props,
        agent,
        where: agent.node.path,
        // Used twice after this: by the declared access and by the boundary in the properties for the engine.
        roleAsRendered: renderedForCheck(props.role.node.defaultChild as CfnResource, 2),
        accessAsRendered: renderedForCheck(props.access.inline, 1),
        more: props.access.properties(),
      };
      return CHECKS.flatMap((check) => check(final));
    },
  });
  countResources(Stack.of(agent));
}

/** Runs once for each stack, because a check for each agent would be quadratic. */
function countResources(stack: Stack): void {
  if (COUNTED.has(stack)) {
    return;
  }
  COUNTED.add(stack);
  stack.node.addValidation({
    validate: () => {
      const { limit } = QUOTAS.resourcesPerStack;
      const found = stack.node.findAll().filter((node) => CfnResource.isCfnResource(node) && Stack.of(node) === stack).length;
      return found > limit ? [`TooManyResources: ${stack.node.path}: the stack has ${found} resources, CloudFormation allows ${limit}: put some of its agents into another stack`] : [];
    },
  });
}

/** A retained role would outlive its agent, and CloudFormation would never invoke the engine. */
function notRetained({ role, access, lifecycle }: Final): string[] {
  return resourcesOf({ role, access, lifecycle })
    .filter((resource) => removal(resource).some((policy) => policy !== undefined && policy !== 'Delete'))
    .map(({ node }) => `RetainRefused: ${node.path} would be retained when the agent leaves: an identity that outlives its agent is a zombie; don't set RemovalPolicy.RETAIN on it`);
}

/** The protocol needs all three resources, in their order. */
function notReshaped({ role, access, lifecycle }: Final): string[] {
  return resourcesOf({ role, access, lifecycle }).flatMap((resource) => reshaped(resource).map((what) =>
    `ShapeChanged: ${resource.node.path}: its ${what} was changed after the agent was declared: remove the override or the condition`));
}

function resourcesOf({ role, access, lifecycle }: Pick<Final, 'role' | 'access' | 'lifecycle'>): CfnResource[] {
  return [role.node.defaultChild as CfnResource, access.inline, lifecycle, ...access.managed];
}

function notUsedElsewhere({ role }: Final): string[] {
  const stack = Stack.of(role);
  const logicalId: string = stack.resolve((role.node.defaultChild as CfnResource).logicalId);
  // An export's id contains what it exports, so the candidates are found without rendering the others.
  const exported = (stack.node.tryFindChild('Exports')?.node.findAll() ?? [])
    .filter(({ node }) => node.id.includes(`"${logicalId}"`));
  return exported.length > 0 || role.usedElsewhere ? [
    `RoleUsedElsewhere: ${role.node.path} is used from another stack than ${stack.stackName}: an export in use can't change, so the agent could never move; put the compute that holds the role into the agent's stack, and grant to accessIn(stage)`,
  ] : [];
}

/** The guards of the agent must be unchanged. Aspects and escape hatches may add to them but not remove from them. */
function guarded(final: Final): string[] {
  const { where, role, guards, permissionsBoundary, path, roleName, longestSessionSeconds } = final;
  const stack = Stack.of(role);
  const { attached: shared, inline } = guards();
  const { Policies: policies, ManagedPolicyArns: attached, PermissionsBoundary: boundary, ...others } = final.roleAsRendered.Properties;
  const changed = (code: string, what: string, found: unknown, wanted: unknown): string[] =>
    isDeepStrictEqual(found, stack.resolve(wanted)) ? [] : [`${code}: ${where}: ${what} was changed after the agent was declared: remove the override or the aspect that changes it`];
  return [
    ...changed('GuardChanged', 'the role\'s inline policies, its guard', policies ?? [],
      inline.map(({ policyName, policyDocument }) => ({ PolicyName: policyName, PolicyDocument: policyDocument }))),
    ...changed('ManagedPolicyRefused', 'what is attached to the role', attached, shared),
    ...(permissionsBoundary ? changed('BoundaryChanged', 'the permissions boundary', boundary, permissionsBoundary.managedPolicyArn) : []),
    ...changed('RoleNameChanged', 'the role\'s path', others.Path, path),
    ...changed('RoleNameChanged', 'the role\'s name', others.RoleName, roleName),
    ...changed('SessionDurationChanged', 'how long a session of the role may last', others.MaxSessionDuration, longestSessionSeconds),
  ];
}

/** The engine decides by these properties, so they must be unchanged. */
function toldAsDeclared({ where, lifecycle }: Final): string[] {
  const changed = Object.keys(overrides(lifecycle));
  return changed.length === 0 ? [] : [
    `LifecycleChanged: ${where}: ${changed.join(', ')} of the properties for the engine was changed after the agent was declared: remove the override, and change the agent's own properties`,
  ];
}

function trusted({ where, role, roleAsRendered, trustDenies }: Final): string[] {
  const document = roleAsRendered.Properties.AssumeRolePolicyDocument;
  return [
    ...missingFrom(document, trustDenies, role).map(({ sid }) => `GuardChanged: ${where}: the trust policy has lost ${sid}: remove the override or the aspect that takes it out`),
    ...parseTrustStatements(document).flatMap(checkTrustPrincipal).map(({ code, problem, fix }) => `${code}: ${where}: ${problem}; ${fix}`),
  ];
}

/** A service rejects a role that it can't assume, but only at deployment. */
function takenByHolders({ where, holders, roleAsRendered, stage }: Final): string[] {
  tellFixedNames(holders, stage);
  // Compares the first part of the service's name, because some regions have other suffixes.
  const label = (service: string): string => service.split('.')[0];
  const takers = parseTrustStatements(roleAsRendered.Properties.AssumeRolePolicyDocument)
    .flatMap(({ effect, principal }) => effect === 'Allow' ? principalsOf(principal).filter(({ type }) => type === 'Service').map(({ text }) => label(text)) : []);
  const running = holders.flatMap(({ resource, kind }) => kind === undefined ? [] : [{ path: resource.node.path, ...kind }]);
  const refused = running.filter(({ service }) => !takers.includes(label(service)));
  const both = refused.length < running.length ? '; for both, use AgentRuntime.of() with an iam.CompositePrincipal of their services' : '';
  return refused.map(({ path, service, runtime }) =>
    `RuntimeMismatch: ${where}: ${path} holds the role, and ${service} may not assume it: use ${runtime}${both}`);
}

/** The Deny that ends the agent must be in the access policy, which is updated only after the engine's consent. */
function ends({ where, role, endDeny, accessAsRendered }: Final): string[] {
  const { PolicyDocument: document, PolicyName: policyName, Roles: roles } = accessAsRendered.Properties;
  const own = Stack.of(role).resolve([role.roleName]) as unknown;
  return [
    ...(policyName === ACCESS_POLICY && isDeepStrictEqual(roles, own) ? [] : [
      `GuardChanged: ${where}: the access policy's name or roles were changed, and its end with them: remove the override or the aspect that changes them`,
    ]),
    ...missingFrom(document, [endDeny], role).map(({ sid }) =>
      `GuardChanged: ${where}: the access policy has lost ${sid}: remove the override or the aspect that takes it out`),
  ];
}

/** A managed policy is attached when it is created and holds what the engine has received, so nothing of it may be changed. */
function continued({ where, access, more }: Final): string[] {
  // The properties of an L1 have all names, those without a value too.
  const present = (properties: unknown): unknown => JSON.parse(JSON.stringify(properties));
  return access.managed.flatMap((policy, index) => isDeepStrictEqual(present(rendered(policy).Properties), present(more[index])) ? []
    : [`GuardChanged: ${where}: the policy ${policy.node.path} with a part of its access was changed: remove the override or the aspect that changes it`]);
}

function missingFrom(document: unknown, wanted: iam.PolicyStatement[], scope: IConstruct): iam.PolicyStatement[] {
  const present = list((document as { Statement?: unknown } | undefined)?.Statement);
  return wanted.filter((statement) => {
    // Rendered in a document, which may sort the parts of its statements.
    const [as]: unknown[] = Stack.of(scope).resolve(new iam.PolicyDocument({ statements: [statement] })).Statement;
    return !present.some((found) => isDeepStrictEqual(found, as));
  });
}

function boundaryUsable({ where, role, roleAsRendered }: Final): string[] {
  return boundaryFaults(where, roleAsRendered.Properties.PermissionsBoundary, Stack.of(role).account);
}

function tagged({ where, tags, roleAsRendered }: Final): string[] {
  return tagFaults(roleAsRendered.Properties.Tags, tags).map((fault) => fault.replace(': ', `: ${where}: `));
}

function nothingBesides({ where, access, namingPolicies }: Final): string[] {
  const own = access.all.map(({ node }) => node.path);
  const besides = namingPolicies.filter((path) => !own.includes(path));
  return [...new Set(besides)].map((path) =>
    `PolicyBesidesAccess: ${where}: policy ${path} would be attached to the role without the checks and the order of the lifecycle: grant its statements to accessIn(stage), or add them with role.addToPrincipalPolicy()`);
}

function delegatesWithin({ agent, accessAsRendered, more }: Final): string[] {
  return delegationFaults(agent, documentsOf(accessAsRendered, more));
}

/** CDK's own feature for long policies, if it is disabled. */
function mergeStatements(role: IConstruct): string {
  return FeatureFlags.of(role).isEnabled(IAM_MINIMIZE_POLICIES) ? '' : `set the feature flag ${IAM_MINIMIZE_POLICIES} in cdk.json, which merges statements; or `;
}

function notCircular({ where, role, lifecycle, access, roleAsRendered, accessAsRendered, more }: Final): string[] {
  return circles({
    where,
    role: role.node.defaultChild as CfnResource,
    lifecycle,
    access: access.inline,
    trustDocument: roleAsRendered.Properties.AssumeRolePolicyDocument,
    accessDocument: documentsOf(accessAsRendered, more),
  });
}

function documentsOf({ Properties: inline }: RenderedResource, more: Final['more']): unknown[] {
  return [inline, ...more].map(({ PolicyDocument: document }) => document);
}

function quotas({ where, role, access, roleAsRendered, accessAsRendered }: Final): string[] {
  const { Policies: policies, AssumeRolePolicyDocument: trust, ManagedPolicyArns: attached } = roleAsRendered.Properties;
  const inlineDocuments = list(policies).map((policy) => (policy as { PolicyDocument: unknown }).PolicyDocument);
  const documents = [...inlineDocuments, accessAsRendered.Properties.PolicyDocument];
  const inline = documents.reduce((sum: number, document) => sum + policySizeOf(document), access.forCuts);
  const parts = (access.mayContinue ? access.documents() : [accessAsRendered.Properties.PolicyDocument]).map(policySizeOf);
  const { inlinePoliciesSize, managedPolicySize, managedPoliciesPerRole, trustPolicySize } = QUOTAS;
  const over = (code: string, what: string, found: number, limit: number, fix: string): string[] =>
    found > limit ? [`${code}: ${where}: ${what} ${found}, IAM allows ${limit}: ${fix}`] : [];
  const tooLong = inline > inlinePoliciesSize.limit || parts.length - 1 > MOST_ACCESS_PARTS
    || parts.slice(1).some((size) => size > managedPolicySize.limit);
  return [
    ...tooLong ? [
      `AccessPolicyTooLong: ${where}: the access has characters ${parts.reduce((sum, size) => sum + size, 0)}, and needs ${parts.length - 1} managed policies: `
      + `IAM allows ${inlinePoliciesSize.limit} in inline policies and ${managedPolicySize.limit} in each managed policy, of which ${MOST_ACCESS_PARTS} are free for access; `
      + `the longest part has ${Math.max(...parts)}: ${mergeStatements(role)}grant fewer resources, or split the agent into two${access.forCuts === 0 ? '' : `; ${access.forCuts} characters stay free to deny the sessions of other agents with its role`}`,
    ] : [],
    ...over('TrustPolicyTooLong', 'the trust policy has characters', policySizeOf(trust), trustPolicySize.limit, 'name fewer principals or shorter conditions'),
    ...over('TooManyManagedPolicies', 'attached managed policies are', list(attached).length, managedPoliciesPerRole.limit, 'attach fewer'),
  ];
}

/** The same rules as when it was granted, for what came by an escape hatch. */
function accessAsChecked({ agent, where, rules, role, accessAsRendered, more }: Final): string[] {
  rules.exceptions.tellUnused();
  const registry = rules.registry(role.reach.readsFleet);
  const statements = documentsOf(accessAsRendered, more).flatMap(parseStatements);
  return [
    ...statements.flatMap((statement) => {
      const byReference = rulesOn(agent, registry, renderedReferencesOf(role, statement.resources));
      return checkStatement(statement, rules.exceptions.all, byReference).violations;
    }),
    ...checkTogether(statements, rules.exceptions.all),
  ].map(({ code, problem, fix }) => `${code}: ${where}: ${problem}; ${fix}`);
}
