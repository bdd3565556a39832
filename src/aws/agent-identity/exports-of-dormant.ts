import { aws_iam as iam, Stack, Token, TokenComparison } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { referencesIn } from './resource-stacks';

const STRENGTH = '@aws-cdk/core:defaultCrossStackReferences';
const WEAK = 'weak';
const SAME = [TokenComparison.SAME, TokenComparison.BOTH_UNRESOLVED];

/**
 * Keeps the exports that a dormant grant will import once it is live, and that a live one imported before it became dormant: so a move changes the agent's
 * stack only. CloudFormation refuses to take away an export that is in use, and the stack that has it is deployed before the one that still uses it.
 */
export function exportForDormant(agent: IConstruct, statement: iam.PolicyStatement): void {
  const consumer = Stack.of(agent);
  if (consumer.nestedStackParent !== undefined || consumer.node.tryGetContext(STRENGTH) === WEAK) {
    return;
  }
  for (const reference of statement.resources.flatMap(referencesIn)) {
    const producer = Stack.of(reference.target);
    if (producer !== consumer && producer.nestedStackParent === undefined && inSamePlace(producer, consumer)) {
      producer.exportValue(reference);
    }
  }
}

/** Exports don't leave their account and region. */
function inSamePlace(one: Stack, other: Stack): boolean {
  return SAME.includes(Token.compareStrings(one.account, other.account)) && SAME.includes(Token.compareStrings(one.region, other.region));
}
