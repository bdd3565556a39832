import { aws_iam as iam, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { RuntimeBinding } from './runtime-context';
import { InvalidInputError } from '../../core/errors';
import { withPath } from '../../core/scope';
import { shown } from '../../core/shown';
import { requirePrincipal } from '../iam/interfaces';

/** A runtime that has no factory of its own. */
export interface CustomRuntimeProps {
  /**
   * The principal that assumes the role, with the conditions that keep others of its kind out, for example
   * `new iam.ServicePrincipal('states.amazonaws.com', { conditions: { StringEquals: { 'aws:SourceAccount': account } } })`
   * or an `iam.WebIdentityPrincipal` with the exact subject and audience. An agent on two runtimes has an `iam.CompositePrincipal`
   * of principals with conditions. All that the principal says is kept, `withSessionTags()` too.
   */
  readonly principal: iam.IPrincipal;

  /**
   * Access that its service needs to run. It passes the same checks as all access.
   *
   * @default - nothing
   */
  readonly access?: iam.PolicyStatement[];
}

type Conditions = Record<string, Record<string, unknown>>;

const TAG_SESSION = 'sts:TagSession';

export function customBinding(scope: Construct, props: CustomRuntimeProps): RuntimeBinding {
  const trust = statementsFor(withPath(scope, () => requirePrincipal('the principal of a custom runtime', props.principal)));
  for (const { principals, conditions } of trust) {
    const names = principals.map(({ policyFragment: { principalJson } }) => shown(Stack.of(scope).resolve(principalJson)));
    if (Object.keys(conditions as object).length === 0) {
      throw new InvalidInputError('TrustPrincipalUnconditioned',
        `${scope.node.path}: ${names.join(', ')} has no condition: add conditions that keep others of its kind out, with withConditions() or the principal's own conditions`);
    }
  }
  const each = trust.flatMap(apart);
  return { trust: each.map((statement, index) => statement.copy({ sid: index === 0 ? 'Runtime' : `Runtime${index + 1}` })), access: props.access ?? [] };
}

/**
 * Everything that the principal writes into a trust policy: a composite principal has a statement for each of its parts, and one with session tags allows
 * `sts:TagSession` too. Tags have a statement of their own.
 */
function statementsFor(principal: iam.IPrincipal): iam.PolicyStatement[] {
  const written = new CollectingDocument();
  if ('addToAssumeRolePolicy' in principal) {
    (principal as iam.IAssumeRolePrincipal).addToAssumeRolePolicy(written);
  } else {
    written.addStatements(new iam.PolicyStatement({ principals: [principal], actions: [principal.assumeRoleAction] }));
  }
  return written.collected;
}

function apart(statement: iam.PolicyStatement): iam.PolicyStatement[] {
  const [others, tags] = [statement.actions.filter((action) => action !== TAG_SESSION), statement.actions.filter((action) => action === TAG_SESSION)];
  return others.length === 0 || tags.length === 0
    ? [statement]
    : [statement.copy({ actions: others }), statement.copy({ actions: tags, conditions: withoutExternalId(statement.conditions as Conditions) })];
}

/** A request to tag a session doesn't contain the external id, so a condition on it would deny the tags. */
function withoutExternalId(conditions: Conditions): Conditions {
  return Object.fromEntries(Object.entries(conditions)
    .map(([operator, keys]) => [operator, Object.fromEntries(Object.entries(keys).filter(([key]) => key.toLowerCase() !== 'sts:externalid'))])
    .filter(([, keys]) => Object.keys(keys).length > 0));
}

class CollectingDocument extends iam.PolicyDocument {
  public readonly collected: iam.PolicyStatement[] = [];

  public addStatements(...statements: iam.PolicyStatement[]): void {
    // The base class calls this in its constructor, before the list exists.
    this.collected?.push(...statements);
  }
}
