import { isDeepStrictEqual } from 'node:util';
import { aws_iam as iam, CfnResource, Stack } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { AgentRole } from './agent-role';
import { Holder } from './order';
import { overrides, removal, reshaped, rendered, RenderedResource, renderedForCheck } from './rendered';
import { RoleGuards } from './role-guards';
import { AccessException } from '../access-rules/access-exception';
import { policySizeOf, QUOTAS } from '../access-rules/quotas';
import { list, parseStatements, parseTrustStatements } from '../access-rules/statement';
import { checkStatement } from '../access-rules/statement-rules';
import { checkTrustPrincipal, principalsOf } from '../access-rules/trust-rules';

export interface FinalCheckProps {
  readonly role: AgentRole;
  readonly access: iam.Policy;
  readonly lifecycle: CfnResource;
  readonly exceptions: AccessException[];
  readonly path: string;
  readonly roleName: string;
  readonly longestSessionSeconds: number;
  readonly guards: () => RoleGuards;
  readonly trustDenies: iam.PolicyStatement[];
  /** Of the access policy. */
  readonly endDeny: iam.PolicyStatement;
  readonly permissionsBoundary?: iam.IManagedPolicy;
  /** What holds the role. */
  readonly holders: readonly Holder[];
  /** Paths of all policies that name the role. */
  readonly namingPolicies: readonly string[];
}

interface Final extends FinalCheckProps {
  readonly where: string;
  readonly roleAsRendered: RenderedResource;
  readonly accessAsRendered: RenderedResource;
}

type Check = (final: Final) => string[];

/** What can only be known when the whole app is built: aspects and escape hatches have had their say. */
const CHECKS: Check[] = [
  notRetained, notReshaped, notUsedElsewhere, guarded, toldAsDeclared, trusted, takenByHolders, ends, nothingBesides, quotas, accessAsChecked,
];

const COUNTED = new WeakSet<Stack>();

export function finalChecks(agent: IConstruct, props: FinalCheckProps): void {
  agent.node.addValidation({
    validate: () => {
      const final: Final = {
        ...props,
        where: agent.node.path,
        roleAsRendered: renderedForCheck(props.role.node.defaultChild as CfnResource),
        accessAsRendered: rendered(props.access.node.defaultChild as CfnResource),
      };
      return CHECKS.flatMap((check) => check(final));
    },
  });
  countResources(Stack.of(agent));
}

/** Once a stack: each agent's own count would take the square of their number. */
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

/** A retained role would outlive its agent, and CloudFormation would never ask the engine. */
function notRetained({ role, access, lifecycle }: Final): string[] {
  return resourcesOf({ role, access, lifecycle })
    .filter((resource) => removal(resource).some((policy) => policy !== undefined && policy !== 'Delete'))
    .map(({ node }) => `RetainRefused: ${node.path} would be retained when the agent leaves: an identity that outlives its agent is a zombie; don't set RemovalPolicy.RETAIN on it`);
}

/** Without one of them, or in another order, the protocol is none. */
function notReshaped({ role, access, lifecycle }: Final): string[] {
  return resourcesOf({ role, access, lifecycle }).flatMap((resource) => reshaped(resource).map((what) =>
    `ShapeChanged: ${resource.node.path}: its ${what} was changed after the agent was declared: remove the override or the condition`));
}

function resourcesOf({ role, access, lifecycle }: Pick<Final, 'role' | 'access' | 'lifecycle'>): CfnResource[] {
  return [role.node.defaultChild as CfnResource, access.node.defaultChild as CfnResource, lifecycle];
}

function notUsedElsewhere({ role }: Final): string[] {
  const stack = Stack.of(role);
  const logicalId: string = stack.resolve((role.node.defaultChild as CfnResource).logicalId);
  // An export's id is made of what it exports, so the few that can be meant are found without rendering the others.
  const exported = (stack.node.tryFindChild('Exports')?.node.findAll() ?? [])
    .filter(({ node }) => node.id.includes(`"${logicalId}"`));
  return exported.length > 0 || role.usedElsewhere ? [
    `RoleUsedElsewhere: ${role.node.path} is used from another stack than ${stack.stackName}: an export in use can't change, so the agent could never move; put the compute that holds the role into the agent's stack, and grant to accessIn(stage)`,
  ] : [];
}

/** What holds the agent within bounds is still as it was made: whatever is changed from afar may add to it and not take from it. */
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
    ...changed('RoleNameChanged', 'the role\'s path or name', [others.Path, others.RoleName], [path, roleName]),
    ...changed('SessionDurationChanged', 'how long a session of the role may last', others.MaxSessionDuration, longestSessionSeconds),
  ];
}

/** The engine decides by what it is told. */
function toldAsDeclared({ where, lifecycle }: Final): string[] {
  const changed = Object.keys(overrides(lifecycle));
  return changed.length === 0 ? [] : [
    `LifecycleChanged: ${where}: ${changed.join(', ')} of what the engine is told was changed after the agent was declared: remove the override, and change the agent's own properties`,
  ];
}

function trusted({ where, role, roleAsRendered, trustDenies }: Final): string[] {
  const document = roleAsRendered.Properties.AssumeRolePolicyDocument;
  return [
    ...missingFrom(document, trustDenies, role).map(({ sid }) => `GuardChanged: ${where}: the trust policy has lost ${sid}: remove the override or the aspect that takes it out`),
    ...parseTrustStatements(document).flatMap(checkTrustPrincipal).map(({ code, problem, fix }) => `${code}: ${where}: ${problem}; ${fix}`),
  ];
}

/** The service refuses a role that it can't take, but only when it is deployed. */
function takenByHolders({ where, holders, roleAsRendered }: Final): string[] {
  // By its first part: some regions have names of their own for services.
  const label = (service: string): string => service.split('.')[0];
  const takers = parseTrustStatements(roleAsRendered.Properties.AssumeRolePolicyDocument)
    .flatMap(({ effect, principal }) => effect === 'Allow' ? principalsOf(principal).filter(({ type }) => type === 'Service').map(({ text }) => label(text)) : []);
  return holders.filter(({ service }) => !takers.includes(label(service))).map(({ path, service, runtime }) =>
    `RuntimeMismatch: ${where}: ${path} holds the role, and ${service} may not take it: use ${runtime}`);
}

/** A denied end is in the access policy, which the engine's word comes before. */
function ends({ where, role, endDeny, accessAsRendered }: Final): string[] {
  const { PolicyDocument: document, PolicyName: policyName, Roles: roles } = accessAsRendered.Properties;
  const own = Stack.of(role).resolve([role.roleName]) as unknown;
  return [
    ...(policyName === 'access' && isDeepStrictEqual(roles, own) ? [] : [
      `GuardChanged: ${where}: the access policy's name or roles were changed, and its end with them: remove the override or the aspect that changes them`,
    ]),
    ...missingFrom(document, [endDeny], role).map(({ sid }) =>
      `GuardChanged: ${where}: the access policy has lost ${sid}: remove the override or the aspect that takes it out`),
  ];
}

function missingFrom(document: unknown, wanted: iam.PolicyStatement[], scope: IConstruct): iam.PolicyStatement[] {
  const present = list((document as { Statement?: unknown } | undefined)?.Statement);
  return wanted.filter((statement) => {
    // As a document, which may sort what its statements hold.
    const [as]: unknown[] = Stack.of(scope).resolve(new iam.PolicyDocument({ statements: [statement] })).Statement;
    return !present.some((found) => isDeepStrictEqual(found, as));
  });
}

function nothingBesides({ where, access, namingPolicies }: Final): string[] {
  const besides = namingPolicies.filter((path) => path !== access.node.defaultChild!.node.path);
  return [...new Set(besides)].map((path) =>
    `PolicyBesidesAccess: ${where}: policy ${path} would be put on the role past the checks and the order of the lifecycle: grant its statements to accessIn(stage), or add them with role.addToPolicy()`);
}

function quotas({ where, roleAsRendered, accessAsRendered }: Final): string[] {
  const { Policies: policies, AssumeRolePolicyDocument: trust, ManagedPolicyArns: attached } = roleAsRendered.Properties;
  const inlineDocuments = list(policies).map((policy) => (policy as { PolicyDocument: unknown }).PolicyDocument);
  const documents = [...inlineDocuments, accessAsRendered.Properties.PolicyDocument];
  const inline = documents.reduce((sum: number, document) => sum + policySizeOf(document), 0);
  const over = (code: string, what: string, found: number, limit: number, fix: string): string[] =>
    found > limit ? [`${code}: ${where}: ${what} ${found}, IAM allows ${limit}: ${fix}`] : [];
  return [
    ...over('AccessPolicyTooLong', 'the inline policies have characters', inline, QUOTAS.inlinePoliciesSize.limit, 'grant fewer resources, or split the agent into two'),
    ...over('TrustPolicyTooLong', 'the trust policy has characters', policySizeOf(trust), QUOTAS.trustPolicySize.limit, 'name fewer principals or shorter conditions'),
    ...over('TooManyManagedPolicies', 'attached managed policies are', list(attached).length, QUOTAS.managedPoliciesPerRole.limit, 'attach fewer'),
  ];
}

/** The same rules as when it was granted, for what came by an escape hatch. */
function accessAsChecked({ where, exceptions, accessAsRendered }: Final): string[] {
  return parseStatements(accessAsRendered.Properties.PolicyDocument)
    .flatMap((statement) => checkStatement(statement, exceptions).violations)
    .map(({ code, problem, fix }) => `${code}: ${where}: ${problem}; ${fix}`);
}
