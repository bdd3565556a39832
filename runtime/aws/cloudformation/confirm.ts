import { DescribeStackResourceCommand, StackResourceDetail } from '@aws-sdk/client-cloudformation';
import { LIFECYCLE_RESOURCE_TYPE } from '../../../src/contract/lifecycle-resource';
import { logicalIds } from '../../../src/contract/logical-ids';
import { RefusedError, RetryableError } from '../../../src/core/errors';
import { CloudFormationOrigin, Intent, LifecycleRequest } from '../../model/request';
import { IdentityContext, inspectPrincipal } from '../principals';
import { StackReader } from './stacks';
import { isAdopted, roleInStack } from '../../model/placement-state';
import { StackView, isUnknown } from '../../model/stack-view';

/** A resource as its stack describes it. */
export interface ResourceView {
  readonly type: string;
  readonly status: string;
  readonly physicalId?: string;
}

type CloudFormationRequest<I extends Intent = Intent> = LifecycleRequest<I> & { readonly origin: CloudFormationOrigin };

/** The resource's status while CloudFormation requests a Create, Update or Delete. */
const STATUS_OF: Partial<Record<Intent['kind'], string>> = { join: 'CREATE_IN_PROGRESS', change: 'UPDATE_IN_PROGRESS', withdraw: 'DELETE_IN_PROGRESS' };

/** Stack statuses in which CloudFormation may delete a former physical id of the resource. The resource's own status doesn't show that deletion. */
const DELETES_OTHER_IDS = /^UPDATE_(ROLLBACK_IN_PROGRESS|COMPLETE_CLEANUP_IN_PROGRESS|ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS)$/;

/** Returns how the resource's status contradicts the request, or undefined if it confirms the request. Pure. */
export function contradictionOf(
  { intent, origin, placement }: CloudFormationRequest, stack: StackView, resource: ResourceView | undefined,
): string | undefined {
  if (!stack.status.endsWith('_IN_PROGRESS')) {
    return `the stack is ${stack.status}`;
  }
  if (origin.logicalResourceId !== logicalIds(placement.agentName, '').lifecycle) {
    return `it is not the resource of agent ${placement.agentName}`;
  }
  if (resource?.type !== LIFECYCLE_RESOURCE_TYPE) {
    return `the stack has no ${LIFECYCLE_RESOURCE_TYPE} of that logical id`;
  }
  const sameId = origin.physicalResourceId === resource.physicalId;
  const expected = STATUS_OF[intent.kind];
  // During a creation the stack doesn't show our physical id yet. During a deletion it may show another one of several.
  if (resource.status === expected && (sameId || intent.kind !== 'change')) {
    return undefined;
  }
  if (intent.kind === 'withdraw' && !sameId && DELETES_OTHER_IDS.test(stack.status)) {
    return undefined;
  }
  return `the resource is ${resource.status}${sameId ? '' : `, with the physical id ${resource.physicalId ?? '(none)'}`}`;
}

/**
 * Asks CloudFormation whether it is doing to the resource what the request says, and whether the principal is a role of the same stack. This is
 * needed because anyone who can invoke the function can write a request.
 *
 * @throws RetryableError `RequestUnconfirmed`: an operation that just began may become visible a moment later
 * @throws RefusedError `PrincipalNotOfStack`
 */
export async function confirmRequest(aws: StackReader & IdentityContext, request: CloudFormationRequest, stack: StackView): Promise<void> {
  const { origin, intent, placement } = request;
  const contradiction = contradictionOf(request, stack, await viewResource(aws, origin.stackId, origin.logicalResourceId));
  if (contradiction !== undefined) {
    throw new RetryableError('RequestUnconfirmed',
      `CloudFormation is not asking to ${intent.kind} ${origin.logicalResourceId} of ${origin.stackId}: ${contradiction}; requests come from deployments only`);
  }
  if (intent.kind !== 'join' && intent.kind !== 'change') {
    return;
  }
  const { principal } = intent;
  // An adopted role may be in any stack. That this one may adopt it shows in the role that it creates for the engine to reach it.
  const ids = logicalIds(placement.agentName, principal.stage);
  const logicalId = isAdopted(principal) ? ids.reach : ids.role;
  const role = await viewResource(aws, origin.stackId, logicalId);
  if (role?.type !== 'AWS::IAM::Role' || role.physicalId !== roleInStack(principal)) {
    throw new RefusedError('PrincipalNotOfStack', isAdopted(principal)
      ? `the requesting stack has no role ${principal.reach} (${logicalId}), by which agent ${placement.agentName} would reach ${principal.roleArn}: declare it with ManagedAgentIdentity.adopt(), which creates it`
      : `role ${principal.roleArn} is not ${logicalId} of the requesting stack for agent ${placement.agentName}: declare the agent with ManagedAgentIdentity, which creates its role`);
  }
  if (!(await inspectPrincipal(aws, principal)).present) {
    throw new RetryableError('RequestUnconfirmed', `IAM has no role ${principal.roleArn} with the id ${principal.roleId}`);
  }
}

async function viewResource(aws: StackReader, StackName: string, LogicalResourceId: string): Promise<ResourceView | undefined> {
  try {
    const { StackResourceDetail: detail } = await aws.cloudFormation.send(new DescribeStackResourceCommand({ StackName, LogicalResourceId }));
    return detail === undefined ? undefined : viewOf(detail);
  } catch (error) {
    if (isUnknown(error)) {
      return undefined;
    }
    throw error;
  }
}

function viewOf({ ResourceType: type = '', ResourceStatus: status, PhysicalResourceId: physicalId }: StackResourceDetail): ResourceView {
  return { type, status: status ?? '', ...(physicalId === undefined || physicalId === '' ? {} : { physicalId }) };
}
