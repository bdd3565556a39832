import { aws_iam as iam, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { agentIn, only } from './agents';
import { ManagedAgentIdentity, ManagedAgentIdentityProps } from '../../../src/aws/agent-identity';
import { allows, denies } from '../guards/evaluate';

export const TABLE = 'arn:aws:dynamodb:eu-west-1:111122223333:table/invoices';
export const OTHER_TABLE = 'arn:aws:dynamodb:eu-west-1:111122223333:table/orders';

export const allow = (actions: string[] = ['dynamodb:GetItem'], resources: string[] = [TABLE]) => new iam.PolicyStatement({ actions, resources });
export const grant = (bot: ManagedAgentIdentity, statement = allow()): void => void bot.access.grantPrincipal.addToPrincipalPolicy(statement);

/** Agents in one stack, each with the access that they delegate. */
export function agentsIn<N extends string>(
  stack: Stack, names: readonly N[], props: Partial<ManagedAgentIdentityProps> = {},
): Record<N, ManagedAgentIdentity> {
  const made = names.map((name) => {
    const bot = agentIn(stack, { agentName: name, ...props }, name);
    grant(bot);
    return [name, bot];
  });
  return Object.fromEntries(made) as Record<N, ManagedAgentIdentity>;
}

type Context = Record<string, string | string[]>;

/** What a template lets whom do, as IAM decides it. */
export class Decided {
  public constructor(private readonly template: Template, private readonly stage = 'test') {}

  /** Whether a session of an agent's role may do something, by guards and access. */
  public may(agentName: string, action: string, resource: string, context: Context = {}): boolean {
    const request = { action, resource, context: { 'aws:CurrentTime': '2026-06-01T00:00:00Z', ...context } };
    const policies = this.policiesOf(agentName);
    return allows(policies, request) && !denies(policies, request);
  }

  /** Whether an agent's role opens a session for the role of another, by the callee's trust and the caller's own policies. */
  public opens(caller: string, callee: string, context: Context = {}, action = 'sts:AssumeRole'): boolean {
    const request = { action, resource: this.arnOf(callee), context: { 'aws:CurrentTime': '2026-06-01T00:00:00Z', ...context } };
    return this.trusts(caller, callee, request) && this.may(caller, action, request.resource, context);
  }

  /** The statements of the callee's trust policy that name exactly this principal. */
  private trusts(caller: string, callee: string, request: Parameters<typeof allows>[1]): boolean {
    const named = (this.roleOf(callee).Properties.AssumeRolePolicyDocument.Statement as Record<string, unknown>[])
      .filter(({ Effect: effect, Principal: principal }) => effect === 'Deny' || JSON.stringify(principal) === JSON.stringify({ AWS: this.principalOf(caller) }));
    const statements = named.map((statement) => ({ ...statement, Resource: '*' }));
    return allows(statements, request) && !denies(statements, request);
  }

  private arnOf(agentName: string): string {
    return `arn:aws:iam::111122223333:role/agents/${this.stage}/${agentName}-${this.stage}`;
  }

  /** In one stack, a role is named by an attribute of the lifecycle resource. */
  private principalOf(agentName: string): unknown {
    const [lifecycle] = Object.entries(this.template.findResources('Custom::AgentLifecycle')).find(([, { Properties }]) => Properties.AgentName === agentName)!;
    return { 'Fn::GetAtt': [lifecycle, 'PrincipalArn'] };
  }

  public roleOf(agentName: string) {
    return Object.values(this.template.findResources('AWS::IAM::Role')).find(({ Properties }) => Properties.RoleName === `${agentName}-${this.stage}`)!;
  }

  private policiesOf(agentName: string): Record<string, unknown>[] {
    const { Policies = [] } = this.roleOf(agentName).Properties as { Policies?: { PolicyDocument: { Statement: Record<string, unknown>[] } }[] };
    const [, access] = Object.entries(this.template.findResources('AWS::IAM::Policy'))
      .find(([id]) => id.startsWith(only(this.template, 'Custom::AgentLifecycle', partOf(agentName)).LogicalId.replace(/Lifecycle\w*$/, '')))!;
    const all = [...Policies.map(({ PolicyDocument }) => PolicyDocument), access.Properties.PolicyDocument]
      .flatMap(({ Statement }) => Statement as Record<string, unknown>[]);
    return JSON.parse(JSON.stringify(all).replaceAll(/\{"Fn::Join":\["",\["arn:",\{"Ref":"AWS::Partition"\},"(:[^"]*)"\]\]\}/g, '"arn:aws$1"')) as Record<string, unknown>[];
  }
}

function partOf(agentName: string): string {
  return agentName.split('-').map((word) => word[0].toUpperCase() + word.slice(1)).join('');
}
