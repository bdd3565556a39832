import { aws_iam as iam, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { AgentStage } from '../../core';
import { validateAgentName } from '../../core/agent-name';
import { InvalidInputError } from '../../core/errors';
import { IAgentRegistry } from '../agent-registry/agent-registry-ref';

/** Which agent is meant. */
export interface AgentReferenceProps {
  /** Name of the agent. */
  readonly agentName: string;

  /** The stage that it is in. */
  readonly stage: AgentStage;

  /** Its registry. */
  readonly registry: IAgentRegistry;
}

/**
 * An agent that another stack or app declares. It is no grantee: its access stands with its declaration, where it is checked and follows its lifecycle.
 */
export class AgentReference extends Construct {
  /** Name of the agent. */
  public readonly agentName: string;

  /** ARN of its principal in that stage, made of its name: whether it exists is not known here. */
  public readonly principalArn: string;

  /** Its principal, to be named in a statement of a resource policy or a trust policy; a grant to it fails with `GrantToReference`. */
  public readonly principal: iam.IPrincipal;

  constructor(scope: Construct, id: string, props: AgentReferenceProps) {
    super(scope, id);
    const { partition, account } = Stack.of(props.registry);
    const { registry, stage } = props;
    this.agentName = validateAgentName(props.agentName);
    this.principalArn = `arn:${partition}:iam::${account}:role${registry.rolePath(stage.name)}${registry.naming.roleName(props.agentName, stage.name)}`;
    this.principal = new ReferencedPrincipal(this.principalArn, this.node.path);
  }
}

/** Takes no grant: one that needs the identity's policy would silently come to nothing, and one that doesn't would go past its declared access. */
class ReferencedPrincipal extends iam.ArnPrincipal {
  public constructor(arn: string, private readonly path: string) {
    super(arn);
  }

  public addToPrincipalPolicy(statement: iam.PolicyStatement): iam.AddToPrincipalPolicyResult {
    throw new InvalidInputError('GrantToReference',
      `${this.path}: ${statement.actions.join(', ')} can't be granted to an agent that is declared elsewhere: grant it to accessIn(stage) where the agent is declared, or name the principal in a statement of the resource's policy`);
  }

  public addToPolicy(statement: iam.PolicyStatement): boolean {
    return this.addToPrincipalPolicy(statement).statementAdded;
  }
}
