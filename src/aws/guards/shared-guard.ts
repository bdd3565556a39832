import { aws_iam as iam } from 'aws-cdk-lib';
import { IDENTITY_ADMINISTRATION } from './always-denied';
import { SELF_GRANTING } from './self-granting';
import { AGENT_TAGS, RESERVED_TAG_KEYS } from '../../contract/tags';

interface SharedGuardProps {
  /** The stage of the agents with this guard. */
  readonly stageName: string;
}

/**
 * What no agent of a stage may do, whatever else allows it. One managed policy for all of them, with explicit Denies only.
 *
 * It contains no policy variable, because an unresolved variable disables a Deny, so the stage is literal. Access already names exact actions and
 * resources. The guard is a second barrier against what someone allows by mistake or by hand.
 */
export function sharedGuardDocument(props: SharedGuardProps): iam.PolicyDocument {
  return new iam.PolicyDocument({
    statements: [
      deny('DenyIdentityAdministration', [...IDENTITY_ADMINISTRATION]),
      deny('DenySelfGranting', SELF_GRANTING),
      // A grant that an AWS service creates for its own work (an encrypted volume, a table) is needed and ends with the resource.
      deny('DenyKeyGrants', ['kms:CreateGrant'], { BoolIfExists: { 'kms:GrantIsForAWSResource': 'false' } }),
      // Services compare tag keys without regard to case, StringLike doesn't. The keys that matter are listed exactly, and further keys in their
      // usual cases.
      deny('DenyReservedTags', ['*'], { 'ForAnyValue:StringEqualsIgnoreCase': { 'aws:TagKeys': [...RESERVED_TAG_KEYS] } }),
      deny('DenyReservedTagPrefix', ['*'], { 'ForAnyValue:StringLike': { 'aws:TagKeys': ['agent:*', 'Agent:*', 'AGENT:*'] } }),
      // StringNotEquals is also true if the tag is absent. Null excludes untagged resources.
      deny('DenyOtherStages', ['*'], {
        StringNotEquals: { [`aws:ResourceTag/${AGENT_TAGS.stage}`]: props.stageName },
        Null: { [`aws:ResourceTag/${AGENT_TAGS.stage}`]: 'false' },
      }),
    ],
  });
}

function deny(sid: string, actions: string[], conditions?: Record<string, Record<string, string | string[]>>): iam.PolicyStatement {
  return new iam.PolicyStatement({ sid, effect: iam.Effect.DENY, actions, resources: ['*'], conditions });
}
