import { AgentStage, Expiry, Sponsor } from '../../core';
import { AccessException } from '../access-rules/access-exception';

export interface LifecyclePropertiesProps {
  readonly registryName: string;
  readonly agentName: string;
  readonly purpose: string;
  readonly sponsor: Sponsor;
  readonly stage: AgentStage;
  readonly expires: Expiry;
  readonly exceptions: AccessException[];
  readonly ownSecretNames: string[];
  readonly transferFrom?: string;
  readonly roleName: string;
  readonly roleArn: string;
  readonly roleId: string;
  readonly guardDigest: string;
}

/**
 * What the engine is told. CloudFormation makes texts of all scalars anyway, so they are texts from the start.
 * No ARN of a resource that the agent may use is in it: that resource's policy may name the agent's principal, which comes after.
 */
export function lifecycleProperties(props: LifecyclePropertiesProps): Record<string, unknown> {
  const { sponsor, stage: { profile } } = props;
  return {
    SchemaVersion: '1',
    Registry: props.registryName,
    AgentName: props.agentName,
    Stage: props.stage.name,
    Purpose: props.purpose,
    Sponsor: {
      Kind: sponsor.kind,
      Name: sponsor.name,
      Email: sponsor.email,
      AccountableName: sponsor.accountableName,
      AccountableEmail: sponsor.accountableEmail,
      BackupEmail: sponsor.backupEmail,
      Id: sponsor.id,
      ...(sponsor.costCenter === undefined ? {} : { CostCenter: sponsor.costCenter }),
    },
    ExpiresAt: props.expires.iso,
    RoleName: props.roleName,
    RoleArn: props.roleArn,
    RoleId: props.roleId,
    Profile: {
      LongestTenureDays: String(profile.longestTenureDays),
      LongestSessionMinutes: String(profile.longestSessionMinutes),
      ReviewIntervalDays: String(profile.reviewIntervalDays),
      LongestIdleDays: String(profile.longestIdleDays),
      LongLivedKeysAllowed: String(profile.longLivedKeysAllowed),
      PromotionNeedsApproval: String(profile.promotionNeedsApproval),
      CutBeforeGrant: String(profile.cutBeforeGrant),
    },
    GuardDigest: props.guardDigest,
    ...(props.ownSecretNames.length === 0 ? {} : { OwnSecrets: props.ownSecretNames }),
    ...(props.exceptions.length === 0 ? {} : {
      Exceptions: props.exceptions.map(({ actions, reason, until }) => ({ Actions: actions, Reason: reason, Until: until.iso })),
    }),
    ...(props.transferFrom === undefined ? {} : { TransferFrom: props.transferFrom }),
  };
}
