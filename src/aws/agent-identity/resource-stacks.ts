import { aws_iam as iam, Reference, Stack, Stage, Token, TokenComparison, Tokenization } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';

/**
 * Lets the stack of a resource in another account be deployed after the agent's: the resource's policy names the principal, and S3, KMS and others refuse a policy
 * that names one which isn't there yet. Nothing of the agent's stack refers to such a resource but by its literal name.
 */
export function deployAfterAgent(agent: IConstruct, statement: iam.PolicyStatement): void {
  const own = Stack.of(agent);
  for (const theirs of new Set(statement.resources.flatMap(referencesIn).map(({ target }) => Stack.of(target)))) {
    const elsewhere = Token.compareStrings(theirs.account, own.account) === TokenComparison.DIFFERENT;
    if (elsewhere && Stage.of(theirs) === Stage.of(own) && !own.dependencies.includes(theirs)) {
      // The oldest CDK of the peer range has it by its older name only.
      (theirs.addStackDependency ?? theirs.addDependency).call(theirs, own, 'its resource policies name the agent');
    }
  }
}

/** What a text is made of that is known only at deployment, and of which resource. */
export function referencesIn(arn: string): Reference[] {
  return Token.isUnresolved(arn) ? Tokenization.reverseString(arn).tokens.filter((token) => Reference.isReference(token)) : [];
}
