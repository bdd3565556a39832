import { aws_iam as iam, Reference, Stack, Token, TokenComparison } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { ExceptionsInUse } from './exceptions-in-use';
import { accountOf } from './resource-account';
import { referencesIn } from './resource-stacks';
import { stacksOfAgents } from './stacks-of-agents';
import { referencesTo } from './statement-references';
import { tellUnknownActions } from './tell-unknown-actions';
import { InvalidInputError } from '../../core/errors';
import { deploymentRule } from '../access-rules/deployment-reach';
import { ExceptionalAccess } from '../access-rules/exceptional-access';
import { DeniedRegistry, reachesOwnSecrets, registryWithinReach, StatementReferences } from '../access-rules/registry-reach';
import { checkStatement, Rule } from '../access-rules/statement-rules';
import { textsOf } from '../iam/resource-text';
import { parseStatements } from '../iam/statement';
import { isFleetRead } from '../lifecycle-registry/fleet-read';

/** The rules for an agent's access. */
export interface AccessRules {
  readonly exceptions: ExceptionsInUse;
  /** The agent's registry, with what the agent may not access. */
  readonly registry: (readsFleet: boolean) => DeniedRegistry;
}

export interface CheckedPart {
  readonly statement: iam.PolicyStatement;
  /** The exception that the statement needs. */
  readonly exception?: ExceptionalAccess;
  /** Whether the statement is about the agent's own secrets. */
  readonly ownSecrets: boolean;
  /** What its resources refer to. */
  readonly references: readonly Reference[];
}

/**
 * Rejects access that is too broad, for the present stage and for others: a promotion must not fail on an old declaration. Splits off the part that
 * only an exception allows, so that only this part ends with the exception.
 *
 * @throws InvalidInputError with the code of the first violation, or `LogGroupElsewhere`
 */
export function checkedParts(agent: IConstruct, statement: iam.PolicyStatement, { exceptions, registry }: AccessRules): CheckedPart[] {
  refuseLogGroupElsewhere(agent, statement);
  const rendered: unknown = Stack.of(agent).resolve(statement.toStatementJson());
  const [parsed] = parseStatements(rendered);
  tellUnknownActions(agent, parsed);
  const guarded = registry(isFleetRead(statement));
  const references = referencesIn(agent, statement.resources);
  const named = referencesTo(references.map(({ target }) => target));
  const { violations, excepted, exceptedActions = [] } = checkStatement(parsed, exceptions.all, rulesOn(agent, guarded, named));
  if (violations.length > 0) {
    const reasons = violations.map(({ code, problem, fix }, index) => `${index === 0 ? '' : `${code}: `}${problem}; ${fix}`).join(' | ');
    throw new InvalidInputError(violations[0].code,
      `${agent.node.path}: refused: ${reasons}. Statement: ${JSON.stringify(rendered)}. What can't be avoided needs an ExceptionalAccess with a reason and an end`);
  }
  const ownSecrets = reachesOwnSecrets(parsed, guarded, named);
  if (excepted === undefined) {
    return [{ statement, ownSecrets, references }];
  }
  exceptions.use(excepted, exceptedActions, parsed.resources.flatMap(textsOf));
  const harmless = statement.actions.filter((action) => !exceptedActions.includes(action));
  const conditions = statement.conditions as Record<string, Record<string, unknown>>;
  return [
    ...(harmless.length > 0 ? [{ statement: statement.copy({ actions: harmless }), ownSecrets, references }] : []),
    {
      statement: statement.copy({
        // IAM rejects a policy with a repeated Sid.
        ...(harmless.length > 0 && statement.sid !== undefined ? { sid: `${statement.sid}Excepted` } : {}),
        ...(exceptedActions.length > 0 ? { actions: exceptedActions } : {}),
        conditions: { ...conditions, DateLessThan: { ...conditions.DateLessThan, 'aws:CurrentTime': excepted.until.iso } },
      }),
      exception: excepted,
      ownSecrets,
      references,
    },
  ];
}

/** Checks a statement by the strict rules, and by the others only if the strict rules reject it. */
export function strictlyCheckedParts(agent: IConstruct, statement: iam.PolicyStatement, strict: AccessRules, others: AccessRules): CheckedPart[] {
  try {
    return checkedParts(agent, statement, strict);
  } catch (error) {
    if (error instanceof InvalidInputError) {
      return checkedParts(agent, statement, others);
    }
    throw error;
  }
}

/** The rules that depend on whose access a statement is. */
export function rulesOn(agent: IConstruct, registry: DeniedRegistry, references: StatementReferences): Rule[] {
  return [withinReach(registry, references), deploymentRule(() => stacksOfAgents(agent))];
}

/** The rule on the registry, for one statement. */
function withinReach(registry: DeniedRegistry, references: StatementReferences): Rule {
  return { code: 'RegistryWithinReach', find: (statement) => registryWithinReach(statement, registry, references) };
}

/** The policy of a log group can only name accounts. A grant across accounts would give access to the agent's whole account. */
function refuseLogGroupElsewhere(agent: IConstruct, statement: iam.PolicyStatement): void {
  if (statement.effect !== iam.Effect.ALLOW || !statement.actions.some((action) => /^logs:/i.test(action))) {
    return;
  }
  const account = accountOf(statement.resources);
  const own = Stack.of(agent).account;
  const same = [TokenComparison.SAME, TokenComparison.BOTH_UNRESOLVED];
  if (account !== undefined && !same.includes(Token.compareStrings(account, own))) {
    throw new InvalidInputError('LogGroupElsewhere',
      `${agent.node.path}: a log group in account ${Token.isUnresolved(account) ? 'of another stack' : account} can't be granted to one agent: its resource policy would give access to the agent's whole account; write to a log group of the agent's own account and subscribe the other to it`);
  }
}
