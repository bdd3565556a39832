import { Stack } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { acknowledge } from './acknowledge';
import { factsOf } from '../iam/action-table';
import { isRecord, list, parseStatements, StatementJson } from '../iam/statement';

/** A statement of a policy, as JSON that may have tokens, and why it needs a wildcard. Without a reason the finding stays. */
export interface WildcardStatement {
  readonly statement: unknown;
  readonly reason: (text: string) => string | undefined;
}

/**
 * Acknowledges for cdk-nag the wildcards in statements of a policy (AwsSolutions-IAM5), each by itself. It does so when the app is complete, because the
 * texts of the findings contain logical ids.
 *
 * @param policy the policy, or a construct around it
 * @param statements the statements of this library; those that a user added are the user's to acknowledge
 */
export function acknowledgeWildcards(policy: IConstruct, statements: () => WildcardStatement[]): void {
  policy.node.addValidation({
    validate: () => {
      const nag = Object.fromEntries(statements().flatMap(({ statement, reason }) => (
        parseStatements(Stack.of(policy).resolve(statement)).flatMap((parsed) => findingsOf(parsed, reason)))));
      if (Object.keys(nag).length > 0) {
        acknowledge(policy, { nag });
      }
      return [];
    },
  });
}

function findingsOf(statement: StatementJson, reasonOf: WildcardStatement['reason']): [string, string][] {
  if (statement.effect !== 'Allow') {
    return [];
  }
  const texts = [
    ...statement.actions.map((action) => ({ kind: 'Action', text: flat(action) })),
    ...statement.resources.map((resource) => ({ kind: 'Resource', text: flat(resource) })),
  ];
  return texts.filter(({ text }) => text.includes('*')).flatMap(({ kind, text }) => {
    const reason = text === '*' && statement.actions.every(withoutResources) ? 'IAM supports no resources for these actions' : reasonOf(text);
    return reason === undefined ? [] : [[`AwsSolutions-IAM5[${kind}::${text}]`, reason] as [string, string]];
  });
}

function withoutResources(action: unknown): boolean {
  return typeof action === 'string' && factsOf(action).withResources === undefined;
}

/** The text of a value in an id of cdk-nag: `<Logical.Attribute>` for a reference. */
function flat(value: unknown): string {
  if (typeof value === 'string') {
    return value.replace(/\$\{/g, '<').replace(/\}/g, '>');
  }
  const [[name, argument] = []] = isRecord(value) ? Object.entries(value) : [];
  switch (name) {
    case 'Ref': return `<${flat(argument)}>`;
    case 'Fn::GetAtt': return `<${list(argument).map(flat).join('.')}>`;
    case 'Fn::Join': return joined(argument);
    case 'Fn::Sub': return flat(argument);
    case 'Fn::ImportValue': return flat(argument);
    default: return JSON.stringify(value);
  }
}

function joined(argument: unknown): string {
  const [delimiter, parts] = list(argument);
  return list(parts).map(flat).join(String(delimiter));
}
