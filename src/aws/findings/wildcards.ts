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
 * @param ofUser statements of the user in the same policies: a finding names a text and not the statement, so a text that these have too stays a finding
 */
export function acknowledgeWildcards(policy: IConstruct, statements: () => WildcardStatement[], ofUser: () => unknown[] = () => []): void {
  const parsed = (statement: unknown): StatementJson[] => parseStatements(Stack.of(policy).resolve(statement));
  policy.node.addValidation({
    validate: () => {
      const theirs = new Set(ofUser().flatMap(parsed)
        .flatMap((one) => wildcardsOf(one).filter(({ text }) => !isInevitable(one, text))).map(({ id }) => id));
      const ours = statements().flatMap(({ statement, reason }) => parsed(statement).flatMap((one) => findingsOf(one, reason)));
      const nag = Object.fromEntries(ours.filter(([id]) => !theirs.has(id)));
      if (Object.keys(nag).length > 0) {
        acknowledge(policy, { nag });
      }
      return [];
    },
  });
}

function findingsOf(statement: StatementJson, reasonOf: WildcardStatement['reason']): [id: string, reason: string][] {
  return wildcardsOf(statement).flatMap(({ id, text }) => {
    const reason = isInevitable(statement, text) ? 'IAM supports no resources for these actions' : reasonOf(text);
    return reason === undefined ? [] : [[id, reason] as [string, string]];
  });
}

/** What cdk-nag finds in a statement. */
function wildcardsOf({ effect, actions, resources }: StatementJson): { readonly id: string; readonly text: string }[] {
  const texts = [...actions.map((action) => ({ kind: 'Action', text: flat(action) })), ...resources.map((resource) => ({ kind: 'Resource', text: flat(resource) }))];
  return effect !== 'Allow' ? [] : texts.filter(({ text }) => text.includes('*')).map(({ kind, text }) => ({ id: `AwsSolutions-IAM5[${kind}::${text}]`, text }));
}

/** Whether a statement could name nothing narrower. */
function isInevitable({ actions }: StatementJson, text: string): boolean {
  return text === '*' && actions.every((action) => typeof action === 'string' && factsOf(action).withResources === undefined);
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
