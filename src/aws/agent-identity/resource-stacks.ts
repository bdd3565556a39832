import { Reference, Stack, Stage, Token, TokenComparison } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { contentsOf } from '../iam/contents';

/**
 * Deploys the stack of a resource in another account after the agent's stack. The resource's policy names the principal, and S3, KMS and others
 * reject a policy that names a principal that doesn't exist yet. The agent's stack contains only the literal name of such a resource, so there is no
 * reference back.
 */
export function deployAfterAgent(agent: IConstruct, references: readonly Reference[]): void {
  const own = topOf(Stack.of(agent));
  for (const theirs of new Set(references.map(({ target }) => topOf(Stack.of(target))))) {
    const elsewhere = Token.compareStrings(theirs.account, own.account) === TokenComparison.DIFFERENT;
    if (elsewhere && Stage.of(theirs) === Stage.of(own) && !own.dependencies.includes(theirs)) {
      // The oldest CDK of the peer range has only the older name.
      (theirs.addStackDependency ?? theirs.addDependency).call(theirs, own, 'its resource policies name the agent');
    }
  }
}

/** The references in ARNs whose values are known only at deployment, including those in lazy texts, which secrets have. */
export function referencesIn(scope: IConstruct, arns: readonly string[]): Reference[] {
  return arns.some((arn) => Token.isUnresolved(arn)) ? contentsOf(scope, arns).references.map(({ what }) => what) : [];
}

/** Whether two stacks are deployed as one. Nested stacks are deployed with their parent. */
export function inOneStack(one: Stack, other: Stack): boolean {
  return topOf(one) === topOf(other);
}

export function topOf(stack: Stack): Stack {
  return stack.nestedStackParent === undefined ? stack : topOf(stack.nestedStackParent);
}
