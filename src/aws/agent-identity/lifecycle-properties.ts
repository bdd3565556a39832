import { IResolvable, Lazy } from 'aws-cdk-lib';
import { OnRemoval } from '../../contract/adoption';
import { AccessKeyProperties, CredentialProperties, SCHEMA_VERSION } from '../../contract/lifecycle-resource';
import { RevokerProperties } from '../../contract/revokers';
import { AgentStage, Expiry, Sponsor, SponsorKind } from '../../core';
import { ExceptionalAccess } from '../access-rules/exceptional-access';

interface LifecyclePropertiesProps {
  /** ARN of the function that handles the requests. */
  readonly serviceToken: string;
  readonly registryName: string;
  readonly agentName: string;
  readonly purpose: string;
  readonly sponsor: Sponsor;
  readonly stage: AgentStage;
  readonly expires: Expiry;
  /** Exceptions of the finished app. */
  readonly exceptions: () => ExceptionalAccess[];
  /** Revokers of the finished app. */
  readonly revokers: () => RevokerProperties[];
  /** Names of the finished app. */
  readonly ownSecretNames: () => string[];
  /** Access keys of the finished app. */
  readonly accessKeys?: () => AccessKeyProperties[];
  /** Credentials that CloudFormation makes. */
  readonly credentials?: () => CredentialProperties[];
  /** Names of the finished app. */
  readonly ownProviderNames: () => string[];
  readonly transferFrom?: string;
  readonly transferTo?: string;
  readonly expectedUseDays?: number;
  readonly roleName: string;
  readonly roleArn: string;
  /** Absent for an adopted role that the app does not create. */
  readonly roleId?: string;
  readonly adopted?: OnRemoval;
  /** ARN of the adopted role that this one follows. */
  readonly replaces?: string;
  /** `AccessProperties` of the finished app. */
  readonly access: IResolvable;
  /** A text, or undefined. */
  readonly ownGuard?: IResolvable;
  /** A number as a text, or undefined. */
  readonly accessParts?: IResolvable;
  /** Names of the agents to which the agent delegates in the finished app. */
  readonly delegates: () => string[];
  /** Whether other agents delegate to it in the finished app. */
  readonly isDelegate: () => boolean;
  /** An ARN, or undefined. */
  readonly boundary?: IResolvable;
}

/**
 * CloudFormation's longest wait for a custom resource.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-customresource.html
 */
const LONGEST_WAIT_SECONDS = 3_600;

/**
 * Properties that the engine cannot derive. They omit what a stage demands, which the engine has from the registry, and the accountable person of a
 * personal sponsor, who is the sponsor. They are strings, because CloudFormation turns every scalar into a string. Resources that the agent may use
 * appear only as texts, not as references: the policy of such a resource may name the agent's principal, which is created later.
 */
export function lifecycleProperties(props: LifecyclePropertiesProps): Record<string, unknown> {
  const { sponsor } = props;
  const team = sponsor.kind === SponsorKind.TEAM;
  return {
    ServiceToken: props.serviceToken,
    ServiceTimeout: String(LONGEST_WAIT_SECONDS),
    SchemaVersion: SCHEMA_VERSION,
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
    ...(props.expires.needsCertification ? { UntilCertified: 'true' } : {}),
    RoleName: props.roleName,
    RoleArn: props.roleArn,
    ...(props.roleId === undefined ? {} : { RoleId: props.roleId }),
    ...(props.adopted === undefined ? {} : { Adopted: props.adopted }),
    ...(props.replaces === undefined ? {} : { Replaces: props.replaces }),
    Access: props.access,
    OwnGuard: props.ownGuard,
    AccessParts: props.accessParts,
    Boundary: props.boundary,
    Delegates: Lazy.any({ produce: () => props.delegates().sort() }, { omitEmptyArray: true }),
    IsDelegate: Lazy.any({ produce: () => (props.isDelegate() ? 'true' : undefined) }),
    Revokers: Lazy.any({ produce: props.revokers }, { omitEmptyArray: true }),
    OwnSecrets: Lazy.list({ produce: props.ownSecretNames }, { omitEmpty: true }),
    AccessKeys: Lazy.any({ produce: () => props.accessKeys?.() ?? [] }, { omitEmptyArray: true }),
    Credentials: Lazy.any({ produce: () => props.credentials?.() ?? [] }, { omitEmptyArray: true }),
    OwnProviders: Lazy.list({ produce: props.ownProviderNames }, { omitEmpty: true }),
    Exceptions: Lazy.any({
      produce: () => props.exceptions().map(({ actions, reason, until }) => ({ Actions: actions, Reason: reason, Until: until.iso })),
    }, { omitEmptyArray: true }),
    ...(props.expectedUseDays === undefined ? {} : { ExpectedUseDays: String(props.expectedUseDays) }),
    ...(props.transferFrom === undefined ? {} : { TransferFrom: props.transferFrom }),
    ...(props.transferTo === undefined ? {} : { TransferTo: props.transferTo }),
  };
}
