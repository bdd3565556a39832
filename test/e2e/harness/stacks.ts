import { setTimeout as pause } from 'node:timers/promises';
import {
  Capability, CloudFormationClient, CreateStackCommand, CreateStackInput, DeleteStackCommand, DescribeStackEventsCommand, DescribeStacksCommand,
  Stack, UpdateStackCommand,
} from '@aws-sdk/client-cloudformation';

const LOOK_EVERY_MS = 100;
const CAPABILITIES: Capability[] = ['CAPABILITY_NAMED_IAM'];

/**
 * Deploys and destroys stacks with CloudFormation's API, as the `cdk` command does, but without its start and its pauses of ten seconds between checks.
 */
export class Stacks {
  public constructor(private readonly cloudFormation: CloudFormationClient) {}

  /** @throws Error with CloudFormation's reasons if the stack doesn't reach the requested state */
  public async deploy(StackName: string, template: Pick<CreateStackInput, 'TemplateBody' | 'TemplateURL'>): Promise<void> {
    const since = new Date();
    const found = await this.find(StackName);
    // Such a stack can only be deleted. The `cdk` command does this as well.
    const dead = found?.StackStatus === 'ROLLBACK_COMPLETE';
    if (dead) {
      await this.destroy(StackName);
    }
    const input = { StackName, ...template, Capabilities: CAPABILITIES };
    try {
      await this.cloudFormation.send(found === undefined || dead ? new CreateStackCommand(input) : new UpdateStackCommand(input));
    } catch (error) {
      if (error instanceof Error && /No updates are to be performed/.test(error.message)) {
        return;
      }
      throw error;
    }
    const ended = await this.ended(StackName);
    if (ended?.StackStatus !== 'CREATE_COMPLETE' && ended?.StackStatus !== 'UPDATE_COMPLETE') {
      throw new Error(`stack ${StackName} is ${ended?.StackStatus}: ${(await this.failures(StackName, since)).join('; ')}`);
    }
  }

  public async destroy(StackName: string): Promise<void> {
    const since = new Date();
    const found = await this.find(StackName);
    if (found === undefined) {
      return;
    }
    await this.cloudFormation.send(new DeleteStackCommand({ StackName: found.StackId }));
    const ended = await this.ended(found.StackId!);
    if (ended !== undefined && ended.StackStatus !== 'DELETE_COMPLETE') {
      throw new Error(`stack ${StackName} is ${ended.StackStatus}: ${(await this.failures(StackName, since)).join('; ')}`);
    }
  }

  /** The stack, or undefined if it doesn't exist. */
  public async find(StackName: string): Promise<Stack | undefined> {
    try {
      const { Stacks: [stack] = [] } = await this.cloudFormation.send(new DescribeStacksCommand({ StackName }));
      return stack;
    } catch (error) {
      if (error instanceof Error && /does not exist/.test(error.message)) {
        return undefined;
      }
      throw error;
    }
  }

  /** CloudFormation's reasons for failures, newest first. */
  public async failures(StackName: string, since = new Date(0)): Promise<string[]> {
    const { StackEvents: events = [] } = await this.cloudFormation.send(new DescribeStackEventsCommand({ StackName }));
    return events
      .filter(({ ResourceStatus: status, Timestamp: at }) => status?.endsWith('_FAILED') && at !== undefined && at >= since)
      .map(({ LogicalResourceId: id, ResourceStatusReason: reason = '' }) => `${id}: ${reason}`);
  }

  private async ended(stack: string): Promise<Stack | undefined> {
    for (;;) {
      const found = await this.find(stack);
      if (!found?.StackStatus?.endsWith('_IN_PROGRESS')) {
        return found;
      }
      await pause(LOOK_EVERY_MS);
    }
  }
}
