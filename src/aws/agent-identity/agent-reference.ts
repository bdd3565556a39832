import { aws_iam as iam, Stack } from 'aws-cdk-lib';
import { Construct, IConstruct } from 'constructs';
import { AgentStage } from '../../core';
import { validateAgentName } from '../../core/agent-name';
import { InvalidInputError } from '../../core/errors';
import { withPath } from '../../core/scope';
import { requireStage } from '../../core/value-classes';
import { ILifecycleRegistry } from '../lifecycle-registry/lifecycle-registry-ref';
import { factsOf } from '../lifecycle-registry/registry-facts';

/** Identifies the agent. */
export interface AgentReferenceProps {
  /** Name of the agent. */
  readonly agentName: string;

  /** The stage whose principal is referenced. */
  readonly stage: AgentStage;

  /** Its registry. */
  readonly registry: ILifecycleRegistry;
}

/** An agent, declared in this app or in another. */
export interface IManagedAgentIdentity extends IConstruct {
  /** Name of the agent. */
  readonly agentName: string;

  /** ARN of its principal in one stage. If CloudFormation generates the names of roles, it is known in the agent's own stack only. */
  readonly principalArn: string;

  /** Its principal, to be named in a statement of a resource policy or a trust policy. */
  readonly principal: iam.IPrincipal;
}

/**
 * An agent that another stack or app declares. It is not a grantee: an agent's access is declared with the agent, where it is checked and follows the lifecycle.
 */
export class AgentReference extends Construct implements IManagedAgentIdentity {
  /** Name of the agent. */
  public readonly agentName: string;

  /**
   * Its principal, to be named in a statement of a resource policy or a trust policy; a grant to it fails with `GrantToReference`. If CloudFormation generates the
   * names of roles, it is the agent's account, under the condition that the principal is under the agent's path (`aws:PrincipalArn`). Within the account such a
   * statement allows nothing by itself: the agent's own access must allow it too.
   */
  public readonly principal: iam.IPrincipal;

  private readonly arn?: string;

  constructor(scope: Construct, id: string, props: AgentReferenceProps) {
    super(scope, id);
    const { registry } = props;
    const { naming } = withPath(this, () => factsOf(registry));
    const stage = withPath(this, () => requireStage(props.stage));
    const { partition, account } = Stack.of(registry);
    this.agentName = withPath(this, () => validateAgentName(props.agentName));
    const { path, roleName } = withPath(this, () => naming._placeOf(registry.registryName, this.agentName, stage.name));
    const begin = `arn:${partition}:iam::${account}:role${path}`;
    if (roleName === undefined) {
      this.principal = new ReferencedPrincipal(`arn:${partition}:iam::${account}:root`, this.node.path, { ArnLike: { 'aws:PrincipalArn': `${begin}*` } });
    } else {
      this.arn = `${begin}${roleName}`;
      this.principal = new ReferencedPrincipal(this.arn, this.node.path);
    }
  }

  /**
   * ARN of its principal in that stage, built from its name. The principal may not exist.
   *
   * Fails with `PrincipalArnUnknown` if CloudFormation generates the names of roles.
   */
  public get principalArn(): string {
    if (this.arn === undefined) {
      throw new InvalidInputError('PrincipalArnUnknown',
        `${this.node.path}: the name of the role of agent ${this.agentName} is generated, so its ARN is known only in its own stack: name its principal, which stands for the agent's path`);
    }
    return this.arn;
  }
}

/**
 * Rejects grants. A grant that needs the identity's policy would silently have no effect, and a grant to a resource's policy would exceed the agent's
 * declared access.
 */
class ReferencedPrincipal extends iam.ArnPrincipal {
  public constructor(arn: string, private readonly path: string, private readonly conditions: iam.Conditions = {}) {
    super(arn);
  }

  public get policyFragment(): iam.PrincipalPolicyFragment {
    return new iam.PrincipalPolicyFragment({ AWS: [this.arn] }, this.conditions);
  }

  public addToPrincipalPolicy(statement: iam.PolicyStatement): iam.AddToPrincipalPolicyResult {
    throw new InvalidInputError('GrantToReference',
      `${this.path}: ${statement.actions.join(', ')} can't be granted to an agent that is declared elsewhere: grant it to accessIn(stage) where the agent is declared, or name the principal in a statement of the resource's policy`);
  }

  public addToPolicy(statement: iam.PolicyStatement): boolean {
    return this.addToPrincipalPolicy(statement).statementAdded;
  }
}
