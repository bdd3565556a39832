import { CloudFormationClient, DescribeStacksCommand, ListStackResourcesCommand, Stack, StackResourceSummary } from '@aws-sdk/client-cloudformation';
import { RetryableError } from '../../../src/core/errors';
import { Owner } from '../../model/placement-state';
import { isUnknown, StackView } from '../../model/stack-view';
import { allItems } from '../../pages';

/** Clients that read stacks. */
export interface StackReader {
  readonly cloudFormation: CloudFormationClient;
}

/**
 * Describes the requesting stack.
 *
 * @throws RetryableError `RequestUnconfirmed`: the stack's status decides what a Delete means, so it is never guessed, and a forged request may name
 *   any stack
 */
export async function viewStack(aws: StackReader, stackId: string): Promise<StackView> {
  const stack = await describe(aws, stackId);
  if (stack?.StackStatus === undefined) {
    throw new RetryableError('RequestUnconfirmed', `CloudFormation doesn't know the stack ${stackId} that asks: requests come from deployments only`);
  }
  const owner = ownerOf(stackId, stack.RootId);
  if (owner.stackId === stackId) {
    return { status: stack.StackStatus, owner };
  }
  const root = await describe(aws, owner.stackId);
  if (root?.StackStatus === undefined) {
    throw new RetryableError('RequestUnconfirmed', `CloudFormation doesn't know ${owner.stackId}, the root of the stack ${stackId} that asks: requests come from deployments only`);
  }
  return { status: stack.StackStatus, rootStatus: root.StackStatus, owner };
}

/** Whether a stack no longer exists. */
export async function isGoneStack(aws: StackReader, stackId: string): Promise<boolean> {
  const stack = await describe(aws, stackId);
  return stack === undefined || stack.StackStatus === 'DELETE_COMPLETE';
}

/** The view of a stack that no longer exists. CloudFormation may or may not still describe it. */
export function goneStack(stackId: string): StackView {
  return { status: 'DELETE_COMPLETE', owner: ownerOf(stackId, undefined) };
}

/**
 * Names of the roles in a stack and its nested stacks. Roles whose deletion failed or was skipped are left out: the stack is at rest and doesn't
 * retry, so it no longer manages them.
 */
export async function rolesOf(aws: StackReader, stackId: string): Promise<string[]> {
  const resources = await resourcesOf(aws, stackId);
  const names = (type: string, letGo: RegExp): string[] => resources
    .filter(({ ResourceType, ResourceStatus: status = '' }) => ResourceType === type && !letGo.test(status))
    .flatMap(({ PhysicalResourceId: id }) => id ?? []);
  // A nested stack that was retained continues on its own, with all its resources.
  const nested = await Promise.all(names('AWS::CloudFormation::Stack', /^DELETE_COMPLETE$/).map((id) => rolesOf(aws, id)));
  return [...names('AWS::IAM::Role', /^DELETE_/), ...nested.flat()];
}

/** Physical ids of all resources that stacks and their nested stacks have now, by type. A resource that could not be deleted still exists. */
export async function physicalIdsOf(aws: StackReader, stackIds: readonly string[]): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>();
  for (const { ResourceType: type = '', PhysicalResourceId: id = '' } of await resourcesWithin(aws, stackIds)) {
    found.set(type, [...found.get(type) ?? [], id]);
  }
  return found;
}

/** All resources that stacks and their nested stacks have now. */
export async function resourcesWithin(aws: StackReader, stackIds: readonly string[]): Promise<StackResourceSummary[]> {
  const all = (await Promise.all(stackIds.map((stackId) => resourcesOf(aws, stackId)))).flat();
  const there = all.filter(({ PhysicalResourceId: id = '', ResourceStatus: status }) => id !== '' && status !== 'DELETE_COMPLETE');
  const nested = there.filter(({ ResourceType: type }) => type === 'AWS::CloudFormation::Stack').map(({ PhysicalResourceId: id }) => id!);
  return [...there, ...nested.length === 0 ? [] : await resourcesWithin(aws, nested)];
}

/** All resources of a stack, without those of its nested stacks. A stack that does not exist has none. */
export async function resourcesOf(aws: StackReader, stackId: string): Promise<StackResourceSummary[]> {
  try {
    return await allItems(
      (NextToken) => aws.cloudFormation.send(new ListStackResourcesCommand({ StackName: stackId, NextToken })),
      (page) => page.StackResourceSummaries, (page) => page.NextToken);
  } catch (error) {
    if (isUnknown(error)) {
      return [];
    }
    throw error;
  }
}

function ownerOf(stackId: string, rootId: string | undefined): Owner {
  const owner = rootId ?? stackId;
  return { stackId: owner, stackName: owner.split('/')[1] };
}

async function describe(aws: StackReader, stackId: string): Promise<Stack | undefined> {
  try {
    const { Stacks: stacks } = await aws.cloudFormation.send(new DescribeStacksCommand({ StackName: stackId }));
    return stacks?.[0];
  } catch (error) {
    if (isUnknown(error)) {
      return undefined;
    }
    throw error;
  }
}
