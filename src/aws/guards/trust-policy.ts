import { aws_iam as iam, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { Expiry } from '../../core';
import { InvalidInputError } from '../../core/errors';
import { policySizeOf, QUOTAS } from '../access-rules/quotas';
import { RuntimeBinding } from '../agent-runtime/runtime-context';

export interface AgentTrustProps {
  readonly binding: RuntimeBinding;
  readonly expiry: Expiry;
  /** When given, a policy over IAM's quota is refused at once. */
  readonly scope?: Construct;
}

/** Written out: IAM's answer to a wildcard in a trust policy's actions is undocumented. */
const TAKES_ROLE = ['sts:AssumeRole', 'sts:AssumeRoleWithWebIdentity', 'sts:AssumeRoleWithSAML'];

/**
 * The role's trust policy: whom its runtime names, and two explicit Denies that nothing else in it can outweigh.
 *
 * @throws InvalidInputError `TrustPolicyTooLong`
 */
export function agentTrust(props: AgentTrustProps): iam.PolicyDocument {
  const document = new iam.PolicyDocument({ statements: agentTrustStatements(props.binding, props.expiry) });
  if (props.scope) {
    const size = policySizeOf(Stack.of(props.scope).resolve(document));
    const { limit } = QUOTAS.trustPolicySize;
    if (size > limit) {
      throw new InvalidInputError('TrustPolicyTooLong',
        `${props.scope.node.path}: the trust policy has ${size} characters, IAM allows ${limit}: name fewer principals or shorter conditions`);
    }
  }
  return document;
}

/** The statements of `agentTrust`, for a role that makes its own document. */
export function agentTrustStatements(binding: RuntimeBinding, expiry: Expiry): iam.PolicyStatement[] {
  return [
    ...binding.trust,
    // A session tag overrides the role's tag of the same key, so nobody may bring a reserved one. Whatever way the role is taken, tags need this action.
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
    denyAll('DenyReservedTags', ['sts:TagSession'], { 'ForAnyValue:StringLike': { 'aws:TagKeys': 'agent:*' } }),
    denyAll('DenyAfterExpiry', TAKES_ROLE, { DateGreaterThanEquals: { 'aws:CurrentTime': expiry.iso } }),
  ];
}

function denyAll(sid: string, actions: string[], conditions: Record<string, Record<string, string>>): iam.PolicyStatement {
  return new iam.PolicyStatement({ sid, effect: iam.Effect.DENY, principals: [new iam.StarPrincipal()], actions, conditions });
}
