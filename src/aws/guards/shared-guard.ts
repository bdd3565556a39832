import { aws_iam as iam } from 'aws-cdk-lib';
import { IAM_WRITES, IDENTITY_SERVICES, OTHER_DOORS } from './identity-administration';
import { SELF_GRANTING } from './self-granting';

export interface SharedGuardProps {
  /** The stage of the agents it is attached to. */
  readonly stageName: string;
}

/**
 * What no agent of a stage may do, whatever else allows it: one managed policy for all of them, explicit Denies only.
 *
 * No policy variable is in it: an unresolved one inside a Deny switches the Deny off, so the stage is written out.
 * Access names exact actions and resources; this is the second fence, for what somebody allows by mistake or by hand.
 */
export function sharedGuardDocument(props: SharedGuardProps): iam.PolicyDocument {
  return new iam.PolicyDocument({
    statements: [
      deny('DenyIdentityAdministration', [...IAM_WRITES, ...IDENTITY_SERVICES, ...OTHER_DOORS]),
      deny('DenySelfGranting', SELF_GRANTING),
      // A grant that an AWS service makes for its own work (an encrypted volume, a table) is needed and ends with the resource.
      deny('DenyKeyGrants', ['kms:CreateGrant'], { BoolIfExists: { 'kms:GrantIsForAWSResource': 'false' } }),
      deny('DenyReservedTags', ['*'], { 'ForAnyValue:StringLike': { 'aws:TagKeys': ['agent:*'] } }),
      // StringNotEquals is also true where the tag is absent: Null keeps untagged resources out of it.
      deny('DenyOtherStages', ['*'], {
        StringNotEquals: { 'aws:ResourceTag/agent:stage': props.stageName },
        Null: { 'aws:ResourceTag/agent:stage': 'false' },
      }),
    ],
  });
}

function deny(sid: string, actions: string[], conditions?: Record<string, Record<string, string | string[]>>): iam.PolicyStatement {
  return new iam.PolicyStatement({ sid, effect: iam.Effect.DENY, actions, resources: ['*'], conditions });
}
