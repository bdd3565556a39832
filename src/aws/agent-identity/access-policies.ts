import { aws_iam as iam, CfnResource, Lazy, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { logicalIds } from '../../contract/logical-ids';
import { accessPartName, MOST_ACCESS_PARTS } from '../../contract/policy-names';
import { policySizeOf, QUOTAS } from '../iam/quotas';
import { splitPolicy } from '../iam/split-policy';

/** By what the policies of one agent in one stage are named. */
export interface AccessNames {
  readonly agentName: string;
  readonly stageName: string;
  /** Absent if CloudFormation generates it. */
  readonly roleName?: string;
  /** IAM path of the registry. */
  readonly path: string;
  /** The role's own guard, which shares the characters of inline policies. */
  readonly guard: () => iam.CfnRole.PolicyProperty[];
  /** Characters that the Denies for the sessions of other agents need at most. */
  readonly forCuts: () => number;
}

interface AccessPoliciesProps extends AccessNames {
  /** The policy `access`. */
  readonly policy: iam.Policy;
  readonly lifecycle: CfnResource;
}

/** Of the inline policies' characters, those that stay free for what the registry denies by policies of its own: old sessions, and what reviews deny. */
const FOR_THE_REGISTRY = 1_024;

/** What a token may stand for: a name or an ARN, and a list. */
const TOKEN = /\$\{Token\[[^\]]*\]\}/g;
const LIST_TOKEN = /#\{Token\[[^\]]*\]\}/g;
const TOKEN_SIZE = 128;
const LIST_SIZE = 4_000;

/**
 * The policies with an agent's access. What doesn't fit into the inline policy continues in managed policies, which are created, changed and deleted with it: after Lifecycle, before compute.
 */
export class AccessPolicies {
  /** The policy `access`, which is inline. */
  public readonly policy: iam.Policy;
  public readonly inline: iam.CfnPolicy;

  private readonly parts: AccessPart[] = [];
  private seen = 0;

  public constructor(private readonly role: Construct, private readonly props: AccessPoliciesProps) {
    this.policy = props.policy;
    this.inline = this.policy.node.defaultChild as iam.CfnPolicy;
  }

  /** Takes a statement into account before it is rendered, at its largest. Access that may not fit gets the managed policies, of which those without a statement are not rendered. */
  public add(statement: iam.PolicyStatement): void {
    const text = JSON.stringify(statement.toStatementJson());
    this.seen += text.length + (text.match(TOKEN) ?? []).length * TOKEN_SIZE + (text.match(LIST_TOKEN) ?? []).length * LIST_SIZE;
    if (this.parts.length === 0 && this.seen > QUOTAS.inlinePoliciesSize.limit / 2) {
      this.prepareParts();
    }
  }

  /** Whether the access may continue in managed policies. */
  public get mayContinue(): boolean {
    return this.parts.length > 0;
  }

  /** Characters of inline policies that stay free for the Denies of other agents' sessions. */
  public get forCuts(): number {
    return this.props.forCuts();
  }

  /** The managed policies that are rendered. */
  public get managed(): iam.CfnManagedPolicy[] {
    return this.parts.slice(0, this.continuedIn);
  }

  /** All policies, those that are not rendered included. */
  public get all(): CfnResource[] {
    return [this.inline, ...this.parts];
  }

  /** Their number as a text. Undefined without one. */
  public count(): string | undefined {
    return this.continuedIn === 0 ? undefined : String(this.continuedIn);
  }

  /** The properties that they must have, resolved. */
  public properties(): Record<string, unknown>[] {
    return this.managed.map((_part, index) => this.propertiesOf(index));
  }

  /** The rendered documents: that of the inline policy, and those of the managed ones. */
  public documents(): unknown[] {
    const { guard } = this.props;
    const stack = Stack.of(this.role);
    const guards = guard().reduce((sum, { policyDocument }) => sum + policySizeOf(stack.resolve(policyDocument)), 0);
    return splitPolicy(stack.resolve(this.policy.document), {
      first: QUOTAS.inlinePoliciesSize.limit - FOR_THE_REGISTRY - this.forCuts - guards, others: QUOTAS.managedPolicySize.limit,
    });
  }

  private get continuedIn(): number {
    return this.mayContinue ? this.documents().length - 1 : 0;
  }

  private propertiesOf(index: number): Record<string, unknown> {
    const { agentName, stageName, path } = this.props;
    return Stack.of(this.role).resolve({
      ManagedPolicyName: accessPartName(this.props, index + 1),
      Path: path,
      Description: `Access of the agent ${agentName} in ${stageName} that its inline policy has no room for, part ${index + 1}`,
      Roles: this.inline.roles,
      PolicyDocument: this.documents()[index + 1],
    }) as Record<string, unknown>;
  }

  private prepareParts(): void {
    const { agentName, stageName, lifecycle } = this.props;
    // While CDK and our checks search for references, the inline policy has all statements, which are not rendered then.
    this.inline.policyDocument = Lazy.uncachedAny({ produce: ({ preparing }) => (preparing ? this.policy.document : this.documents()[0]) });
    for (let index = 0; index < MOST_ACCESS_PARTS; index++) {
      const lazily = (name: string) => Lazy.uncachedString({ produce: () => this.propertiesOf(index)[name] as string });
      const part = new AccessPart(this.role, `AccessPart${index + 1}`, {
        managedPolicyName: lazily('ManagedPolicyName'),
        path: lazily('Path'),
        description: lazily('Description'),
        roles: this.inline.roles,
        // Static checks read policies that are not rendered as well.
        policyDocument: Lazy.uncachedAny({ produce: () => this.documents()[index + 1] ?? { Version: '2012-10-17', Statement: [] } }),
      });
      part.exists = () => this.continuedIn > index;
      part.overrideLogicalId(logicalIds(agentName, stageName).accessPart(index + 1));
      part.node.addDependency(lifecycle);
      this.parts.push(part);
    }
  }
}

/** Rendered only if a statement is left for it. */
class AccessPart extends iam.CfnManagedPolicy {
  public exists: () => boolean = () => false;

  protected shouldSynthesize(): boolean {
    return this.exists();
  }
}
