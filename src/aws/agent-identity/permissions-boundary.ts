import { aws_iam as iam, Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { InvalidInputError } from '../../core/errors';
import { withPath } from '../../core/scope';
import { shown } from '../../core/shown';
import { DYNAMIC_REFERENCE, requirePlainText } from '../../core/text';

const POLICY_ARN = /^arn:[a-z-]+:iam::(\d{12}|aws):policy\/[\x21-\x7e]{1,600}$/;

/** @throws InvalidInputError `BoundaryInvalid`, and what `requirePlainText` fails with */
export function requireBoundaryArn(agent: IConstruct, boundary: iam.IManagedPolicy | undefined): void {
  const arn = boundary?.managedPolicyArn;
  if (arn !== undefined && !Token.isUnresolved(arn) && !POLICY_ARN.test(withPath(agent, () => requirePlainText('the permissions boundary', arn)))) {
    throw new InvalidInputError('BoundaryInvalid',
      `${agent.node.path}: the permissions boundary ${shown(arn)} is not the ARN of a managed policy: use iam.ManagedPolicy.fromManagedPolicyArn() with arn:aws:iam::<account>:policy/<name>`);
  }
}

/** Of the rendered role: whatever set the boundary, the engine must get what IAM gets. */
export function boundaryFaults(where: string, boundary: unknown): string[] {
  return DYNAMIC_REFERENCE.test(JSON.stringify(boundary ?? '')) ? [
    `DynamicReference: ${where}: the permissions boundary holds a dynamic reference, which CloudFormation would replace by a value: write the ARN out, or use a parameter`,
  ] : [];
}
