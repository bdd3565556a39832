import { aws_iam as iam, aws_kms as kms, Aspects, CfnResource, IAspect, Stack, Stage, Token, TokenComparison } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { inOneStack } from './resource-stacks';
import { isPolicyDocument, statementsOf } from '../iam/contents';

/** After aspects that add grants (500) and before dormant principals are removed (900). */
const PRIORITY = 890;
const SAME = [TokenComparison.SAME, TokenComparison.BOTH_UNRESOLVED];

interface KnownPrincipal {
  readonly agent: IConstruct;
  /** ARN by which policies name the principal. */
  readonly arn: string;
  /** Declares access of the agent in the stages of the principal. */
  readonly add: (statement: iam.PolicyStatement) => unknown;
}

const KNOWN = new WeakMap<IConstruct, Map<string, KnownPrincipal>>();

/**
 * A secret grants access to its key only by the key's policy. If the key is in another stack, that policy would name a role that doesn't exist yet,
 * and would change with each move. Instead, the agent is granted the same access, if the key lets IAM decide for its account.
 */
export class KeysElsewhere implements IAspect {
  /** Registers a principal, so that the policies of keys that name it are handled. */
  public static watch(principal: KnownPrincipal): void {
    const root = Stage.of(principal.agent) ?? principal.agent.node.root;
    const known = KNOWN.get(root) ?? new Map<string, KnownPrincipal>();
    if (!KNOWN.has(root)) {
      KNOWN.set(root, known);
      Aspects.of(root).add(new KeysElsewhere(known), { priority: PRIORITY });
    }
    known.set(principal.arn, principal);
  }

  private constructor(private readonly known: ReadonlyMap<string, KnownPrincipal>) {}

  public visit(node: IConstruct): void {
    if (!CfnResource.isCfnResource(node) || node.cfnResourceType !== kms.CfnKey.CFN_RESOURCE_TYPE_NAME) {
      return;
    }
    const key = node as kms.CfnKey;
    const document: unknown = key.keyPolicy;
    if (typeof document !== 'object' || document === null || !isPolicyDocument(document)) {
      return;
    }
    const statements = statementsOf(document);
    const delegates = statements.some((statement) => delegatesToAccount(key, statement));
    const kept = statements.flatMap((statement) => this.withoutAgents(key, statement, delegates));
    statements.splice(0, statements.length, ...kept);
  }

  private withoutAgents(key: kms.CfnKey, statement: iam.PolicyStatement, delegates: boolean): iam.PolicyStatement[] {
    const agents = statement.principals.flatMap((principal) => {
      const known = arnsOf(principal).flatMap((arn) => this.known.get(arn) ?? []).find(({ agent }) => isElsewhere(key, agent));
      return known === undefined ? [] : [{ principal, known }];
    });
    for (const { known: { agent, add } } of agents) {
      if (delegates) {
        add(new iam.PolicyStatement({ actions: statement.actions, resources: [key.attrArn], conditions: statement.conditions as iam.Conditions }));
      } else {
        agent.node.addValidation({
          validate: () => [`KeyPolicyElsewhere: ${agent.node.path}: key ${key.node.path} is in another stack, and its policy doesn't let IAM decide for the account, so it would have to name the agent's role, which isn't there when that stack is deployed: allow kms:* to the account's root in the key's policy, as CDK does by default, or put the key into the agent's stack`],
        });
      }
    }
    const others = statement.principals.filter((principal) => !agents.some((agent) => agent.principal === principal));
    return agents.length === 0 ? [statement] : others.length === 0 ? [] : [statement.copy({ principals: others })];
  }
}

function arnsOf({ policyFragment: { principalJson } }: iam.IPrincipal): string[] {
  return principalJson.AWS ?? [];
}

/**
 * Whether the key is in another stack of the same account. Across accounts the key's policy must name the agent, and its stack is deployed after the
 * agent's.
 */
function isElsewhere(key: IConstruct, agent: IConstruct): boolean {
  const [theirs, own] = [Stack.of(key), Stack.of(agent)];
  return !inOneStack(theirs, own) && SAME.includes(Token.compareStrings(theirs.account, own.account));
}

/** Whether the statement delegates to IAM: it names the root of the key's own account. */
function delegatesToAccount(key: IConstruct, statement: iam.PolicyStatement): boolean {
  const stack = Stack.of(key);
  const own = Token.isUnresolved(stack.account) ? '{"Ref":"AWS::AccountId"},":root"' : `:iam::${stack.account}:root"`;
  return statement.effect === iam.Effect.ALLOW && statement.actions.includes('kms:*') && Object.keys(statement.conditions as object).length === 0
    && statement.principals.some((principal) => JSON.stringify(stack.resolve(arnsOf(principal))).includes(own));
}
