import { aws_iam as iam } from 'aws-cdk-lib';
import { trustDenies } from '../../contract/trust-denies';
import { Expiry } from '../../core';

/** The statements of the role's trust policy: whom its runtime names, and two explicit Denies that nothing else in it can outweigh. */
export function agentTrustStatements(trust: readonly iam.PolicyStatement[], expiry: Expiry, tagPrefix: string): iam.PolicyStatement[] {
  return [
    ...trust,
    ...trustDenies(expiry.iso, tagPrefix).map(({ sid, actions, conditions }) => (
      new iam.PolicyStatement({ sid, effect: iam.Effect.DENY, principals: [new iam.StarPrincipal()], actions: [...actions], conditions }))),
  ];
}
