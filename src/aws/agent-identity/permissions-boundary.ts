import { aws_iam as iam, Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { InvalidInputError } from '../../core/errors';
import { withPath } from '../../core/scope';
import { shown } from '../../core/shown';
import { DYNAMIC_REFERENCE, requirePlainText } from '../../core/text';

const POLICY_ARN = /^arn:[a-z-]+:iam::(\d{12}|aws):policy\/[\x21-\x7e]{1,600}$/;
const WRITE_ARN = 'use iam.ManagedPolicy.fromManagedPolicyArn() with arn:aws:iam::<account>:policy/<name>';

/** @throws InvalidInputError `BoundaryInvalid`, and what `requirePlainText` fails with */
export function requireBoundaryArn(agent: IConstruct, boundary: iam.IManagedPolicy | undefined): void {
  const arn = boundary?.managedPolicyArn;
  if (arn !== undefined && !Token.isUnresolved(arn) && !POLICY_ARN.test(withPath(agent, () => requirePlainText('the permissions boundary', arn)))) {
    throw new InvalidInputError('BoundaryInvalid', `${agent.node.path}: the permissions boundary ${shown(arn)} is not the ARN of a managed policy: ${WRITE_ARN}`);
  }
}

/**
 * Faults of the rendered role's boundary, whatever set it: the construct's property, an aspect (`iam.PermissionsBoundary`, `@aws-cdk/core:permissionsBoundary`) or an
 * override. The engine gets what IAM gets, and puts exactly that back after a denial.
 */
export function boundaryFaults(where: string, boundary: unknown, account: string): string[] {
  if (boundary === undefined) {
    return [];
  }
  const text = JSON.stringify(boundary);
  if (DYNAMIC_REFERENCE.test(text)) {
    return [`DynamicReference: ${where}: the permissions boundary holds a dynamic reference, which CloudFormation would replace by a value: write the ARN out, or use a parameter`];
  }
  if (typeof boundary === 'string' ? !POLICY_ARN.test(boundary) : Array.isArray(boundary) || typeof boundary !== 'object') {
    return [`BoundaryInvalid: ${where}: the permissions boundary ${shown(boundary)} is not the ARN of a managed policy: ${WRITE_ARN}`];
  }
  const [, owner] = /:iam::(\d{12}):policy\//.exec(text) ?? [];
  return owner === undefined || Token.isUnresolved(account) || owner === account ? [] : [
    `BoundaryInvalid: ${where}: the permissions boundary is a policy of account ${owner}, and the agent is in ${account}: IAM takes a policy of the role's own account or one of AWS; deploy the policy to each account`,
  ];
}
