import { Reference, ResolutionTypeHint, Stack, Token, TokenComparison } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { inOneStack, topOf } from './resource-stacks';

const STRENGTH = '@aws-cdk/core:defaultCrossStackReferences';
const WEAK = 'weak';
const SAME = [TokenComparison.SAME, TokenComparison.BOTH_UNRESOLVED];

/**
 * Creates the exports that a dormant grant will import once it is live, and keeps those that a live grant imported before it became dormant. A move
 * then changes only the agent's stack. CloudFormation refuses to delete an export in use, and it deploys the exporting stack before the stack that
 * still uses the export. Live grants create exports in the same way, to keep their order stable: a nested stack's asset is a hash that includes this
 * order.
 */
export function exportForGrant(agent: IConstruct, references: readonly Reference[]): void {
  const consumer = topOf(Stack.of(agent));
  if (consumer.node.tryGetContext(STRENGTH) === WEAK) {
    return;
  }
  for (const reference of references) {
    // For a resource in a nested stack, the topmost stack has the export.
    const producer = topOf(Stack.of(reference.target));
    if (!inOneStack(producer, consumer) && inSamePlace(producer, consumer)) {
      exportFrom(producer, reference);
    }
  }
}

function exportFrom(producer: Stack, reference: Reference): void {
  if (reference.typeHint === ResolutionTypeHint.STRING_LIST) {
    producer.exportStringListValue(reference);
  } else {
    producer.exportValue(reference);
  }
}

/** Exports work only within an account and region. */
function inSamePlace(one: Stack, other: Stack): boolean {
  return SAME.includes(Token.compareStrings(one.account, other.account)) && SAME.includes(Token.compareStrings(one.region, other.region));
}
