import { aws_iam as iam } from 'aws-cdk-lib';
import { IDENTITY_ADMINISTRATION } from './always-denied';
import { agentTags, reservedTagKeys } from '../../contract/tags';
import { SELF_GRANTING } from '../../core/self-granting';

interface SharedGuardProps {
  /** The stage of the agents with this guard. */
  readonly stageName: string;
  /** Prefix of the keys of agents' tags. */
  readonly tagPrefix: string;
}

/**
 * What no agent of a stage may do, whatever else allows it. One managed policy for all of them, with explicit Denies only.
 *
 * It contains no policy variable, because an unresolved variable disables a Deny, so the stage is literal. Access already names exact actions and
 * resources. The guard is a second barrier against what someone allows by mistake or by hand.
 */
export function sharedGuardDocument({ stageName, tagPrefix }: SharedGuardProps): iam.PolicyDocument {
  const stageTag = `aws:ResourceTag/${agentTags(tagPrefix).stage}`;
  return new iam.PolicyDocument({
    statements: [
      deny('DenyIdentityAdministration', [...IDENTITY_ADMINISTRATION]),
      deny('DenySelfGranting', SELF_GRANTING),
      // A grant that an AWS service creates for its own work (an encrypted volume, a table) is needed and ends with the resource.
      deny('DenyKeyGrants', ['kms:CreateGrant'], { BoolIfExists: { 'kms:GrantIsForAWSResource': 'false' } }),
      // Services compare tag keys without regard to case, StringLike doesn't. The keys that matter are listed exactly, and further keys in their
      // usual cases.
      deny('DenyReservedTags', ['*'], { 'ForAnyValue:StringEqualsIgnoreCase': { 'aws:TagKeys': reservedTagKeys(tagPrefix) } }),
      deny('DenyReservedTagPrefix', ['*'], { 'ForAnyValue:StringLike': { 'aws:TagKeys': usualCases(tagPrefix).map((prefix) => `${prefix}*`) } }),
      // StringNotEquals is also true if the tag is absent. Null excludes untagged resources.
      deny('DenyOtherStages', ['*'], {
        StringNotEquals: { [stageTag]: stageName },
        Null: { [stageTag]: 'false' },
      }),
    ],
  });
}

function usualCases(prefix: string): string[] {
  const lower = prefix.toLowerCase();
  return [...new Set([prefix, lower, `${lower.charAt(0).toUpperCase()}${lower.slice(1)}`, prefix.toUpperCase()])];
}

function deny(sid: string, actions: string[], conditions?: Record<string, Record<string, string | string[]>>): iam.PolicyStatement {
  return new iam.PolicyStatement({ sid, effect: iam.Effect.DENY, actions, resources: ['*'], conditions });
}
