import { aws_iam as iam, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { InvalidInputError } from '../../core/errors';
import { checkTrustPrincipal } from '../access-rules/trust-rules';
import { parseTrustStatements } from '../iam/statement';

/**
 * Rejects a runtime whose trust policy allows people, or anyone, without conditions.
 *
 * @throws InvalidInputError `TrustPrincipalStar` or `TrustPrincipalUnconditioned`
 */
export function checkTrust(scope: Construct, trust: iam.PolicyStatement[]): void {
  const statements = Stack.of(scope).resolve(trust.map((statement) => statement.toStatementJson()));
  for (const { code, problem, fix } of parseTrustStatements(statements).flatMap(checkTrustPrincipal)) {
    throw new InvalidInputError(code, `${scope.node.path}: ${problem}: ${fix}`);
  }
}
