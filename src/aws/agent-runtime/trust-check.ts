import { aws_iam as iam, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { InvalidInputError } from '../../core/errors';
import { parseTrustStatements } from '../access-rules/statement';
import { checkTrustPrincipal } from '../access-rules/trust-rules';

/**
 * Refuses a runtime whose trust lets in people or anybody.
 *
 * @throws InvalidInputError `TrustPrincipalStar` or `TrustPrincipalUnconditioned`
 */
export function checkTrust(scope: Construct, trust: iam.PolicyStatement[]): void {
  const statements = Stack.of(scope).resolve(trust.map((statement) => statement.toStatementJson()));
  for (const { code, problem, fix } of parseTrustStatements(statements).flatMap(checkTrustPrincipal)) {
    throw new InvalidInputError(code, `${scope.node.path}: ${problem}: ${fix}`);
  }
}
