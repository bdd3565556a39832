import { DescribeStacksCommand, ListStackResourcesCommand, Stack, StackResourceSummary } from '@aws-sdk/client-cloudformation';
import { Engine } from './engine';
import { RetryableError } from '../../src/core/errors';
import { Owner } from '../lifecycle/placement-state';
import { StackView } from '../lifecycle/request';

/**
 * What CloudFormation says of the stack that asks.
 *
 * @throws RetryableError `StackUnreadable`: what the stack is doing decides what a Delete means, so it is never guessed
 */
export async function viewStack(engine: Engine, stackId: string): Promise<StackView> {
  const stack = await describe(engine, stackId);
  if (stack?.StackStatus === undefined) {
    throw new RetryableError('StackUnreadable', `CloudFormation doesn't know the stack ${stackId} that asks`);
  }
  const owner = ownerOf(stackId, stack.RootId);
  if (owner.stackId === stackId) {
    return { status: stack.StackStatus, owner };
  }
  const root = await describe(engine, owner.stackId);
  if (root?.StackStatus === undefined) {
    throw new RetryableError('StackUnreadable', `CloudFormation doesn't know ${owner.stackId}, the root of the stack ${stackId} that asks`);
  }
  return { status: stack.StackStatus, rootStatus: root.StackStatus, owner };
}

/** Whether a stack exists no more. */
export async function isGoneStack(engine: Engine, stackId: string): Promise<boolean> {
  const stack = await describe(engine, stackId);
  return stack === undefined || stack.StackStatus === 'DELETE_COMPLETE';
}

/** A stack that exists no more, as it can be viewed whether CloudFormation remembers it or not. */
export function goneStack(stackId: string): StackView {
  return { status: 'DELETE_COMPLETE', owner: ownerOf(stackId, undefined) };
}

/**
 * Names of the roles that a stack and those nested in it have. One whose deletion failed or was skipped is let go of: asked only about stacks at rest, which don't try again.
 */
export async function rolesOf(engine: Engine, stackId: string): Promise<string[]> {
  const resources = await resourcesOf(engine, stackId);
  const names = (type: string, letGo: RegExp): string[] => resources
    .filter(({ ResourceType, ResourceStatus: status = '' }) => ResourceType === type && !letGo.test(status))
    .flatMap(({ PhysicalResourceId: id }) => id ?? []);
  // A nested stack that was kept goes on by itself, with all it has.
  const nested = await Promise.all(names('AWS::CloudFormation::Stack', /^DELETE_COMPLETE$/).map((id) => rolesOf(engine, id)));
  return [...names('AWS::IAM::Role', /^DELETE_/), ...nested.flat()];
}

async function resourcesOf(engine: Engine, stackId: string): Promise<StackResourceSummary[]> {
  const all: StackResourceSummary[] = [];
  let token: string | undefined;
  try {
    do {
      const page = await engine.cloudFormation.send(new ListStackResourcesCommand({ StackName: stackId, NextToken: token }));
      all.push(...page.StackResourceSummaries ?? []);
      token = page.NextToken;
    } while (token !== undefined);
  } catch (error) {
    if (!isUnknownStack(error)) {
      throw error;
    }
  }
  return all;
}

function ownerOf(stackId: string, rootId: string | undefined): Owner {
  const owner = rootId ?? stackId;
  return { stackId: owner, stackName: owner.split('/')[1] };
}

async function describe(engine: Engine, stackId: string): Promise<Stack | undefined> {
  try {
    const { Stacks: stacks } = await engine.cloudFormation.send(new DescribeStacksCommand({ StackName: stackId }));
    return stacks?.[0];
  } catch (error) {
    // Deleted stacks can be described by their id for 90 days; after that this is all that is said.
    if (isUnknownStack(error)) {
      return undefined;
    }
    throw error;
  }
}

function isUnknownStack(error: unknown): boolean {
  return error instanceof Error && error.name === 'ValidationError' && /does not exist/.test(error.message);
}
