import { Construct } from 'constructs';
import { requireOrganization } from './organization';
import { withPath } from '../../core/scope';
import { OrganizationIamCustomRole } from '../provider';

/** Which organization has the roles. */
export interface SuspensionRolesProps {
  /** Number of the organization. Google has permissions on deny policies in roles of an organization only. */
  readonly organization: string;
}

const RECORDS = ['storage.objects.create', 'storage.objects.get', 'storage.objects.list', 'pubsub.topics.publish'];
const LOOKS = ['iam.denypolicies.get', 'iam.serviceAccounts.get'];

/**
 * Two custom roles with exactly what `nhi suspend` and `nhi resume` need. Who may suspend can't resume. Who may resume can
 * disable accounts, because a suspension may overtake a resumption, but creates no deny policies. Both can create objects in the registry's bucket, so bind
 * that part with a condition if the bucket has other objects. Use a stack of the platform team.
 */
export class SuspensionRoles extends Construct {
  /** Full name of the role to suspend agents. */
  public readonly suspendRoleName: string;

  /** Full name of the role to resume agents. A person who has it can delete any deny policy in its reach: give it to few. */
  public readonly resumeRoleName: string;

  constructor(scope: Construct, id: string, props: SuspensionRolesProps) {
    super(scope, id);
    const orgId = withPath(this, () => requireOrganization(props.organization));
    this.suspendRoleName = new OrganizationIamCustomRole(this, 'Suspend', {
      orgId,
      roleId: 'nhiSuspendAgents',
      title: 'Suspend agents',
      description: 'Disable accounts of agents, create deny policies, and record it',
      permissions: ['iam.denypolicies.create', 'iam.serviceAccounts.disable', 'storage.buckets.get', ...LOOKS, ...RECORDS].sort(),
    }).name;
    this.resumeRoleName = new OrganizationIamCustomRole(this, 'Resume', {
      orgId,
      roleId: 'nhiResumeAgents',
      title: 'Resume agents',
      description: 'Delete deny policies, enable accounts of agents, disable them again if a suspension overtook that, and record it',
      permissions: ['iam.denypolicies.delete', 'iam.serviceAccounts.disable', 'iam.serviceAccounts.enable', ...LOOKS, ...RECORDS].sort(),
    }).name;
  }
}
