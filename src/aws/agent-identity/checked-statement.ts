import { aws_iam as iam, Stack, Token, TokenComparison } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { accountOf } from './resource-account';
import { InvalidInputError } from '../../core/errors';
import { AccessException } from '../access-rules/access-exception';
import { parseStatements } from '../access-rules/statement';
import { checkStatement } from '../access-rules/statement-rules';

export interface CheckedPart {
  readonly statement: iam.PolicyStatement;
  /** Without which it would be refused. */
  readonly exception?: AccessException;
}

/**
 * Refuses what is too broad, whether it is for the present stage or waits for another: a promotion must not fail on what was declared long before.
 * Splits off what only an exception allows, so that it alone ends with the exception.
 *
 * @throws InvalidInputError with the code of the first violation, or `LogGroupElsewhere`
 */
export function checkedParts(agent: IConstruct, statement: iam.PolicyStatement, exceptions: AccessException[]): CheckedPart[] {
  refuseLogGroupElsewhere(agent, statement);
  const rendered: unknown = Stack.of(agent).resolve(statement.toStatementJson());
  const [parsed] = parseStatements(rendered);
  const { violations, excepted, exceptedActions = [] } = checkStatement(parsed, exceptions);
  if (violations.length > 0) {
    const reasons = violations.map(({ code, problem, fix }) => `${code}: ${problem}; ${fix}`).join(' | ');
    throw new InvalidInputError(violations[0].code,
      `${agent.node.path}: refused: ${reasons}. Statement: ${JSON.stringify(rendered)}. What can't be avoided needs an AccessException with a reason and an end`);
  }
  if (excepted === undefined) {
    return [{ statement }];
  }
  const harmless = statement.actions.filter((action) => !exceptedActions.includes(action));
  const conditions = statement.conditions as Record<string, Record<string, unknown>>;
  return [
    ...(harmless.length > 0 ? [{ statement: statement.copy({ sid: undefined, actions: harmless }) }] : []),
    {
      statement: statement.copy({
        sid: undefined,
        ...(exceptedActions.length > 0 ? { actions: exceptedActions } : {}),
        conditions: { ...conditions, DateLessThan: { ...conditions.DateLessThan, 'aws:CurrentTime': excepted.until.iso } },
      }),
      exception: excepted,
    },
  ];
}

/** The policy of a log group knows accounts only: across accounts a grant would let in the agent's whole account. */
function refuseLogGroupElsewhere(agent: IConstruct, statement: iam.PolicyStatement): void {
  if (statement.effect !== iam.Effect.ALLOW || !statement.actions.some((action) => /^logs:/i.test(action))) {
    return;
  }
  const account = accountOf(statement.resources);
  const own = Stack.of(agent).account;
  const same = [TokenComparison.SAME, TokenComparison.BOTH_UNRESOLVED];
  if (account !== undefined && !same.includes(Token.compareStrings(account, own))) {
    throw new InvalidInputError('LogGroupElsewhere',
      `${agent.node.path}: a log group in account ${Token.isUnresolved(account) ? 'of another stack' : account} can't be granted to one agent: its resource policy would let in the agent's whole account; write to a log group of the agent's own account and subscribe the other to it`);
  }
}
