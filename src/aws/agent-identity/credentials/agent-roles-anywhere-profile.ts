import { aws_iam as iam, aws_rolesanywhere as rolesanywhere, Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { OwnCredential, requireId } from './own-credential';
import { InvalidInputError } from '../../../core/errors';
import type { ManagedAgentIdentity } from '../managed-agent-identity';

/** How an agent's machine outside of AWS gets sessions. */
export interface AgentRolesAnywhereProfileProps {
  /**
   * How long a session lasts: from 15 minutes to the longest session of the stage.
   *
   * @default - the longest session of the stage, at most 1 hour
   */
  readonly sessionDuration?: Duration;
}

const SERVICE = 'rolesanywhere.amazonaws.com';
const SHORTEST_SECONDS = 900;
const DEFAULT_SECONDS = 3_600;

/**
 * The profile of IAM Roles Anywhere by which an agent's machine gets sessions of the agent's role, and of no other. Which certificates may is said by the agent's runtime, `AgentRuntime.rolesAnywhere()`: its
 * trust policy names the trust anchor and the common name. Needs a registry with `ResidueKind.ROLES_ANYWHERE` in `wipes`. A suspension disables it, a move replaces it, and a leave deletes it.
 *
 * Fails with `WrongClass`, `CredentialIdInvalid`, `ProfileWithoutCertificate`, `SessionDurationInvalid`, `CredentialsOff`, `CredentialNameTooLong` or `TooManyCredentials`.
 */
export class AgentRolesAnywhereProfile extends Construct {
  /** ARN of the profile, which the machine names when it asks for a session. */
  public readonly profileArn: string;

  /** Name of the profile, `<registryName>_<agentName>_<stage>_<id>`. */
  public readonly profileName: string;

  /**
   * @param scope the agent
   * @param id name of the profile among the agent's, 1-32 of [a-z0-9-], beginning with a letter
   * @param props how long sessions last
   */
  constructor(scope: ManagedAgentIdentity, id: string, props: AgentRolesAnywhereProfileProps = {}) {
    super(scope, requireId(scope, id, 'profile'));
    const own = new OwnCredential(this, 'roles-anywhere-profile');
    const { role, stage, trust } = own.parts;
    if (!trust.some(({ principals }) => principals.some((principal) => (principal as Partial<iam.ServicePrincipal>).service === SERVICE))) {
      throw new InvalidInputError('ProfileWithoutCertificate', `${this.node.path}: the agent's role trusts no certificate: give the agent runtime: AgentRuntime.rolesAnywhere({ trustAnchor, subject })`);
    }
    const longest = stage.profile.maxSessionMinutes * 60;
    const seconds = props.sessionDuration?.toSeconds({ integral: false }) ?? Math.min(DEFAULT_SECONDS, longest);
    if (!Number.isInteger(seconds) || seconds < SHORTEST_SECONDS || seconds > longest) {
      throw new InvalidInputError('SessionDurationInvalid', `${this.node.path}: sessions of ${seconds} seconds are not allowed: use whole seconds from ${SHORTEST_SECONDS} to ${longest}, the longest session of the stage ${stage.name}`);
    }
    this.profileName = own.name;
    // A profile is renamed in place. Each stage needs one of its own, so the logical id has the stage.
    const profile = new rolesanywhere.CfnProfile(this, `Profile-${stage.name}`, {
      name: own.name, roleArns: [role.roleArn], durationSeconds: seconds, enabled: true, acceptRoleSessionName: false,
    });
    profile.applyRemovalPolicy(RemovalPolicy.DESTROY);
    // As compute that uses the role: sessions come after the join and the access.
    profile.node.addDependency(role);
    this.profileArn = profile.attrProfileArn;
    own.declare();
  }
}
