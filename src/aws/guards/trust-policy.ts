import { aws_iam as iam } from 'aws-cdk-lib';
import { reservedTagKeys } from '../../contract/tags';
import { Expiry } from '../../core';

/** Written out: IAM's answer to a wildcard in a trust policy's actions is undocumented. */
const TAKES_ROLE = ['sts:AssumeRole', 'sts:AssumeRoleWithWebIdentity', 'sts:AssumeRoleWithSAML'];

/** The statements of the role's trust policy: whom its runtime names, and two explicit Denies that nothing else in it can outweigh. */
export function agentTrustStatements(trust: readonly iam.PolicyStatement[], expiry: Expiry, tagPrefix: string): iam.PolicyStatement[] {
  return [
    ...trust,
    // A session tag overrides the role's tag of the same key, so no one may set a reserved one. Tags need this action, however the role is assumed.
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html The keys are compared without regard to case, as IAM does.
    denyAll('DenyReservedTags', ['sts:TagSession'], { 'ForAnyValue:StringEqualsIgnoreCase': { 'aws:TagKeys': reservedTagKeys(tagPrefix) } }),
    denyAll('DenyAfterExpiry', TAKES_ROLE, { DateGreaterThanEquals: { 'aws:CurrentTime': expiry.iso } }),
  ];
}

function denyAll(sid: string, actions: string[], conditions: Record<string, Record<string, string | string[]>>): iam.PolicyStatement {
  return new iam.PolicyStatement({ sid, effect: iam.Effect.DENY, principals: [new iam.StarPrincipal()], actions, conditions });
}
