import { Annotations } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { unknownActions } from '../access-rules/unknown-actions';
import { StatementJson } from '../iam/statement';

const TOLD = new WeakMap<IConstruct, Set<string>>();

/**
 * Warns about unknown actions. IAM accepts a misspelt action, and the agent then lacks the access it needs. Each action is reported once for an
 * agent.
 */
export function tellUnknownActions(agent: IConstruct, statement: StatementJson): void {
  const told = TOLD.get(agent) ?? new Set<string>();
  TOLD.set(agent, told);
  for (const { action, alike } of unknownActions(statement).filter((unknown) => !told.has(unknown.action))) {
    told.add(action);
    const hint = alike.length === 0 ? 'check its spelling' : `did you mean ${alike.join(' or ')}?`;
    Annotations.of(agent).addWarningV2(`cdk-nhi-lifecycle:ActionUnknown:${action}`, `AWS had no action ${action} when this version was released: ${hint}`);
  }
}
