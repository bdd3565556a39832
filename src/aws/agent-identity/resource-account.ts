import { Reference, Stack, Token, Tokenization } from 'aws-cdk-lib';

/** The account of a resource: from its ARN, or else from the stack that creates it. */
export function accountOf(arns: string[]): string | undefined {
  for (const arn of arns) {
    const account = arn.startsWith('arn:') ? arn.split(':')[4] : undefined;
    if (account) {
      return account;
    }
    if (Token.isUnresolved(arn)) {
      const reference = Tokenization.reverseString(arn).tokens.find((token) => Reference.isReference(token));
      if (reference) {
        return Stack.of((reference as Reference).target).account;
      }
    }
  }
  return undefined;
}
