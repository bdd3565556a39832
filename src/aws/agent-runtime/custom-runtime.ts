import { aws_iam as iam } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { RuntimeBinding } from './runtime-context';
import { InvalidInputError } from '../../core/errors';

/** A runtime that has no factory of its own. */
export interface CustomRuntimeProps {
  /**
   * Who takes the role, with the conditions that keep others of its kind out, for example
   * `new iam.ServicePrincipal('states.amazonaws.com', { conditions: { StringEquals: { 'aws:SourceAccount': account } } })`
   * or an `iam.WebIdentityPrincipal` with the exact subject and audience.
   */
  readonly principal: iam.IPrincipal;

  /**
   * The little that its service needs to run. It goes through the same checks as any access.
   *
   * @default - nothing
   */
  readonly access?: iam.PolicyStatement[];
}

export function customBinding(scope: Construct, props: CustomRuntimeProps): RuntimeBinding {
  if (Object.keys(props.principal.policyFragment.conditions).length === 0) {
    throw new InvalidInputError('TrustPrincipalUnconditioned',
      `${scope.node.path}: ${props.principal} has no condition: say what keeps others of its kind out, with withConditions() or the principal's own conditions`);
  }
  return {
    trust: [new iam.PolicyStatement({ sid: 'Runtime', principals: [props.principal], actions: [props.principal.assumeRoleAction] })],
    access: props.access ?? [],
  };
}
