import { IResolvable } from 'aws-cdk-lib';
import { AgentStage, Expiry, Sponsor, SponsorKind } from '../../core';
import { AccessException } from '../access-rules/access-exception';

export interface LifecyclePropertiesProps {
  /** ARN of the function that answers. */
  readonly serviceToken: string;
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
  /** A text, or nothing. */
  readonly ownGuard?: IResolvable;
}

/** As long as CloudFormation waits for any custom resource. https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-customresource.html */
const LONGEST_WAIT_SECONDS = 3_600;

/**
 * What the engine is told, and can't know: what a stage demands it has from the registry, who else answers for a person's agent is the person.
 * CloudFormation makes texts of all scalars anyway, so they are texts from the start.
 * No ARN of a resource that the agent may use is in it: that resource's policy may name the agent's principal, which comes after.
 */
export function lifecycleProperties(props: LifecyclePropertiesProps): Record<string, unknown> {
  const { sponsor } = props;
  const team = sponsor.kind === SponsorKind.TEAM;
  return {
    ServiceToken: props.serviceToken,
    ServiceTimeout: String(LONGEST_WAIT_SECONDS),
    SchemaVersion: '1',
    Registry: props.registryName,
    AgentName: props.agentName,
    Stage: props.stage.name,
    Purpose: props.purpose,
    Sponsor: {
      Kind: sponsor.kind,
      Name: sponsor.name,
      Email: sponsor.email,
      ...(team ? { AccountableName: sponsor.accountableName, AccountableEmail: sponsor.accountableEmail } : {}),
      BackupEmail: sponsor.backupEmail,
      ...(sponsor.id === sponsor.accountableEmail ? {} : { Id: sponsor.id }),
      ...(sponsor.costCenter === undefined ? {} : { CostCenter: sponsor.costCenter }),
    },
    ExpiresAt: props.expires.iso,
    RoleName: props.roleName,
    RoleArn: props.roleArn,
    RoleId: props.roleId,
    GuardDigest: props.guardDigest,
    OwnGuard: props.ownGuard,
    ...(props.ownSecretNames.length === 0 ? {} : { OwnSecrets: props.ownSecretNames }),
    ...(props.exceptions.length === 0 ? {} : {
      Exceptions: props.exceptions.map(({ actions, reason, until }) => ({ Actions: actions, Reason: reason, Until: until.iso })),
    }),
    ...(props.transferFrom === undefined ? {} : { TransferFrom: props.transferFrom }),
  };
}
