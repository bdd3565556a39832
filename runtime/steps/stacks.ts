import { DescribeStacksCommand, Stack } from '@aws-sdk/client-cloudformation';
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
    if (error instanceof Error && error.name === 'ValidationError' && /does not exist/.test(error.message)) {
      return undefined;
    }
    throw error;
  }
}
