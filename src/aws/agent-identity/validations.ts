import { aws_iam as iam, CfnDeletionPolicy, CfnOutput, CfnResource, Stack } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { AccessException } from '../access-rules/access-exception';
import { policySizeOf, QUOTAS } from '../access-rules/quotas';
import { parseStatements } from '../access-rules/statement';
import { checkStatement } from '../access-rules/statement-rules';
import { AgentRole } from './agent-role';

export interface FinalCheckProps {
  readonly role: AgentRole;
  readonly access: iam.Policy;
  readonly resources: CfnResource[];
  readonly exceptions: AccessException[];
}

type Check = (props: FinalCheckProps) => string[];

/** What can only be known when the whole app is built: aspects and escape hatches have had their say. */
const CHECKS: Check[] = [notRetained, notUsedElsewhere, sizes, accessAsChecked];

export function finalChecks(agent: IConstruct, props: FinalCheckProps): void {
  agent.node.addValidation({ validate: () => CHECKS.flatMap((check) => check(props)) });
}

/** A retained role would outlive its agent, and CloudFormation would never ask the engine. */
function notRetained({ resources }: FinalCheckProps): string[] {
  return resources
    .filter(({ cfnOptions }) => cfnOptions.deletionPolicy === CfnDeletionPolicy.RETAIN || cfnOptions.updateReplacePolicy === CfnDeletionPolicy.RETAIN
      || cfnOptions.deletionPolicy === CfnDeletionPolicy.RETAIN_EXCEPT_ON_CREATE)
    .map((resource) => `RetainRefused: ${resource.node.path} would be retained when the agent leaves: an identity that outlives its agent is a zombie; don't set RemovalPolicy.RETAIN on it`);
}

/** An export in use can't change, so that no move could ever be deployed. */
function notUsedElsewhere({ role }: FinalCheckProps): string[] {
  const stack = Stack.of(role);
  const logicalId: string = stack.resolve((role.node.defaultChild as CfnResource).logicalId);
  const exported = stack.node.tryFindChild('Exports')?.node.findAll().filter(CfnOutput.isCfnElement) ?? [];
  const names = exported.filter((output) => JSON.stringify(stack.resolve((output as CfnOutput).value)).includes(`"${logicalId}"`));
  return names.length === 0 ? [] : [
    `RoleUsedElsewhere: ${role.node.path} is used from another stack than ${stack.stackName}: an export in use can't change, so the agent could never move; put the compute that holds the role into the agent's stack`,
  ];
}

function sizes({ role, access }: FinalCheckProps): string[] {
  const stack = Stack.of(role);
  const { Properties: properties } = rendered(role.node.defaultChild as CfnResource);
  const inline = [...(properties.Policies as { PolicyDocument: unknown }[] ?? []).map(({ PolicyDocument: document }) => document), stack.resolve(access.document)]
    .reduce((sum: number, document) => sum + policySizeOf(document), 0);
  const trust = policySizeOf(properties.AssumeRolePolicyDocument);
  const attached = (properties.ManagedPolicyArns as unknown[] ?? []).length;
  const over = (code: string, what: string, found: number, limit: number, fix: string): string[] =>
    found > limit ? [`${code}: ${role.node.path}: ${what} ${found}, IAM allows ${limit}: ${fix}`] : [];
  return [
    ...over('AccessPolicyTooLong', 'the inline policies have characters', inline, QUOTAS.inlinePoliciesSize.limit, 'grant fewer or broader-named resources of the same kind, or split the agent into two'),
    ...over('TrustPolicyTooLong', 'the trust policy has characters', trust, QUOTAS.trustPolicySize.limit, 'name fewer principals or shorter conditions'),
    ...over('TooManyManagedPolicies', 'attached managed policies are', attached, QUOTAS.managedPoliciesPerRole.limit, 'attach fewer'),
  ];
}

/** The same rules as when it was granted, for what came by an escape hatch. */
function accessAsChecked({ access, exceptions, role }: FinalCheckProps): string[] {
  return parseStatements(rendered(access.node.defaultChild as CfnResource).Properties.PolicyDocument)
    .flatMap((statement) => checkStatement(statement, exceptions).violations)
    .map(({ code, problem, fix }) => `${code}: ${role.node.scope?.node.path}: ${problem}; ${fix}`);
}

/** A resource as it will be in the template, with all overrides. */
export function rendered(resource: CfnResource): { Properties: Record<string, unknown> } {
  const { _toCloudFormation: render } = resource as unknown as { _toCloudFormation(): object };
  const { Resources: resources } = Stack.of(resource).resolve(render.call(resource)) as { Resources: Record<string, { Properties: Record<string, unknown> }> };
  return Object.values(resources)[0];
}
