import { UserKeyKind } from './access-keys';
import { OnRemoval } from './adoption';
import { CredentialKind } from './own-credentials';
import { RevokerProperties } from './revokers';

/** CloudFormation type of an agent's resource that sends requests to the engine. */
export const LIFECYCLE_RESOURCE_TYPE = 'Custom::AgentLifecycle';

/** CloudFormation type of the resource that prevents the deletion of a registry while agents are living. */
export const DELETION_CHECK_RESOURCE_TYPE = 'Custom::LifecycleRegistryDeletionCheck';

/** Version of the properties below. It counts up with every change of them, so that no registry ignores a property that it does not know. */
export const SCHEMA_VERSION = '4';

/** Versions that the engine accepts: agents that an older library deployed keep working, move and leave. What is newer than an accepted version is optional. */
export const ACCEPTED_SCHEMA_VERSIONS = ['3', SCHEMA_VERSION] as const;

/** Properties of the lifecycle resource in the template. CloudFormation turns every scalar into a string, so they are strings from the start. */
export interface LifecycleProperties {
  readonly SchemaVersion: typeof ACCEPTED_SCHEMA_VERSIONS[number];
  readonly Registry: string;
  readonly AgentName: string;
  readonly Stage: string;
  readonly Purpose: string;
  readonly Sponsor: SponsorProperties;
  /** Instant, `YYYY-MM-DDTHH:mm:ssZ`. */
  readonly ExpiresAt: string;
  /** `true` if access ends before, unless reviews carry it on. */
  readonly UntilCertified?: string;
  readonly RoleName: string;
  readonly RoleArn: string;
  /** Absent for an adopted role that the app doesn't create. The engine reads it. */
  readonly RoleId?: string;
  /** Set if the role is adopted: what happens to it when the agent's construct is removed. */
  readonly Adopted?: OnRemoval;
  /** ARN of the adopted role that the agent had before it got a role of its own. */
  readonly Replaces?: string;
  /** It covers everything that could lift a suspension. Its change invokes the engine, which applies the suspension again. */
  readonly Access: AccessProperties;
  /** ARN of the permissions boundary that is declared for the role. */
  readonly Boundary?: string;
  /** `true` if the role has an inline guard of its own. */
  readonly OwnGuard?: string;
  /** Number of managed policies that continue its access. Absent if it has no such policy. */
  readonly AccessParts?: string;
  /** Names of the agents of the same registry to which the agent delegates. */
  readonly Delegates?: readonly string[];
  /** `true` if other agents delegate to the agent, so that its role has the tag of delegates. */
  readonly IsDelegate?: string;
  /** Names of secrets that are deleted when the agent leaves. */
  readonly OwnSecrets?: readonly string[];
  /** Names of OAuth2 credential providers that are deleted when the agent leaves. */
  readonly OwnProviders?: readonly string[];
  /** Credentials that CloudFormation makes for it, and that are deleted when the agent leaves. */
  readonly Credentials?: readonly CredentialProperties[];
  /** What the agent has outside of AWS, and how it is revoked. */
  readonly Revokers?: readonly RevokerProperties[];
  readonly Exceptions?: readonly ExceptionProperties[];
  /** Keys of IAM users that the engine makes and rotates. */
  readonly AccessKeys?: readonly AccessKeyProperties[];
  /** The agent is used at least once in so many days. */
  readonly ExpectedUseDays?: string;
  /** Name of the root stack that hands over the agent. */
  readonly TransferFrom?: string;
  /** Name of the root stack that may take over the agent. */
  readonly TransferTo?: string;
}

interface SponsorProperties {
  readonly Kind: string;
  readonly Name: string;
  readonly Email: string;
  readonly AccountableName?: string;
  readonly AccountableEmail?: string;
  readonly BackupEmail: string;
  readonly Id?: string;
  readonly CostCenter?: string;
}

interface ExceptionProperties {
  readonly Actions: readonly string[];
  readonly Reason: string;
  readonly Until: string;
}

export interface AccessKeyProperties {
  /** Absent for an access key. */
  readonly Kind?: UserKeyKind;
  /** Name of the IAM user under the path that is reserved for the agent's users. */
  readonly User: string;
  /** Name of the secret. */
  readonly Secret: string;
  readonly RotateSeconds: string;
  readonly GraceSeconds: string;
  readonly Until: string;
}

export interface CredentialProperties {
  readonly Kind: CredentialKind;
  /** Its name in its service, under the prefix that is reserved for the agent. */
  readonly Name: string;
  /** Id of the user pool of a client. */
  readonly UserPool?: string;
  /** For how long a token that it gives is accepted, after which nobody can recall it. */
  readonly TokenSeconds?: string;
}

/** Stage name for access that the agent has in every stage: what its runtime needs, and what constructs add to its role. */
export const EVERY_STAGE = '*';

/** Principals of the trust policy that the properties name at most. */
export const MOST_TRUSTED = 50;

/** What an agent may do and who may assume its role. A change of it invokes the engine. All digests are SHA-256 in hex. */
export interface AccessProperties {
  /** Declared access of each stage, rendered or dormant. */
  readonly Stages: readonly StageAccessProperties[];
  /** Digest of the rendered access policy, without the agent's end. */
  readonly Policy: string;
  /** Digest of the trust policy, without the agent's end. */
  readonly Trust: string;
  /** The principals in the trust policy, in readable form. */
  readonly Trusted: readonly string[];
  /** Set in stages in which access may only be narrowed. */
  readonly TrustParts?: TrustPartsProperties;
  /** Digest of the role's guards and its maximum session duration. */
  readonly Guards: string;
  /** The permissions boundary. Absent if the role has no boundary. */
  readonly Boundary?: string;
}

/** Digests of each principal, action and condition of the trust policy, which distinguish a loss from a gain. */
interface TrustPartsProperties {
  readonly Allows: readonly string[];
  readonly Denies: readonly string[];
}

export interface StageAccessProperties {
  readonly Stage: string;
  /** Digest of all grants, including those that are left out. */
  readonly Digest: string;
  readonly Grants: readonly GrantProperties[];
  /** Number of grants that are left out because of their size. */
  readonly Omitted?: string;
}

export interface GrantProperties {
  /** Absent for Allow. */
  readonly Effect?: 'Deny';
  readonly Actions: readonly string[];
  /** Resources as texts. `<Table.Arn>` stands for a value that is known only at deployment. */
  readonly Resources: readonly string[];
  /** Condition as JSON. */
  readonly Condition?: string;
}

/**
 * Metadata of the access policy's resource: `StageAccessProperties` of the stages of which the properties above leave out grants, with all of their grants.
 */
export const ACCESS_METADATA = 'nhi:access';

/**
 * Metadata of the lifecycle resource, for people who read `cdk diff`: what the agent may do in its present stage, a sentence a grant. In a move every sentence
 * changes, so that the difference shows which access goes and which comes.
 */
export const STAGE_METADATA = 'nhi:stage';

/** Attributes that the engine returns. */
export const LIFECYCLE_ATTRIBUTES = { principalArn: 'PrincipalArn', principalId: 'PrincipalId' } as const;

/** The physical id names the principal: `<agentName>/<stage>/<roleId>`. */
export function physicalId(agentName: string, stage: string, roleId: string): string {
  return `${agentName}/${stage}/${roleId}`;
}

const REFUSED_PREFIX = 'refused/';

/** Physical id of a refused Create. It shows that the Delete that follows must change nothing. */
export function refusedId(requestId: string): string {
  return `${REFUSED_PREFIX}${requestId}`;
}

/** Whether the physical id is the one of a refused Create. */
export function isRefusedId(id: string | undefined): boolean {
  return id?.startsWith(REFUSED_PREFIX) ?? false;
}

/** The role id in a physical id. Undefined if CloudFormation generated the physical id. */
export function roleIdIn(id: string | undefined): string | undefined {
  return id === undefined ? undefined : /^[a-z0-9-]+\/[a-z0-9]+\/([A-Za-z0-9]+)$/.exec(id)?.[1];
}
