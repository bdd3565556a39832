import { setTimeout as pause } from 'node:timers/promises';
import {
  CloudFormationClient, CreateStackCommand, CreateStackCommandInput, DeleteStackCommand, DescribeStackEventsCommand, DescribeStackResourcesCommand,
  DescribeStacksCommand, StackEvent, UpdateStackCommand,
} from '@aws-sdk/client-cloudformation';
import { Cloud } from './cloud';

export interface Resource {
  readonly Type: string;
  readonly Properties?: Record<string, unknown>;
  readonly DependsOn?: string[];
}

export type Resources = Record<string, Resource>;

/** Stacks without the CDK. Each operation runs to its end and returns the final status. */
export class Stacks {
  private readonly client: CloudFormationClient;

  constructor(cloud: Cloud) {
    this.client = new CloudFormationClient(cloud.as());
  }

  async create(StackName: string, resources: Resources, input: Partial<CreateStackCommandInput> = {}): Promise<string> {
    await this.client.send(new CreateStackCommand({ StackName, TemplateBody: template(resources), Capabilities: ['CAPABILITY_NAMED_IAM'], ...input }));
    return this.settled(StackName);
  }

  async update(StackName: string, resources: Resources): Promise<string> {
    await this.client.send(new UpdateStackCommand({ StackName, TemplateBody: template(resources), Capabilities: ['CAPABILITY_NAMED_IAM'] }));
    return this.settled(StackName);
  }

  /** Returns `DELETE_COMPLETE`, or the other status that the deletion ended with. */
  async delete(StackName: string): Promise<string> {
    await this.client.send(new DeleteStackCommand({ StackName }));
    return this.settled(StackName);
  }

  /** The status of a stack's resources, by logical id. */
  async resources(StackName: string): Promise<Record<string, string>> {
    const { StackResources: resources = [] } = await this.client.send(new DescribeStackResourcesCommand({ StackName }));
    return Object.fromEntries(resources.map(({ LogicalResourceId: id = '', ResourceStatus: status = '' }) => [id, status]));
  }

  /** Events of a stack, oldest first. */
  async events(StackName: string): Promise<StackEvent[]> {
    const { StackEvents: events = [] } = await this.client.send(new DescribeStackEventsCommand({ StackName }));
    return [...events].reverse();
  }

  /** Events of one resource of a stack, or of the stack itself, oldest first. */
  async statuses(StackName: string, logicalId = StackName): Promise<string[]> {
    return (await this.events(StackName)).filter((event) => event.LogicalResourceId === logicalId).map((event) => event.ResourceStatus ?? '');
  }

  /** Reasons for failed resources, oldest first. */
  async failures(StackName: string): Promise<string[]> {
    const events = await this.events(StackName);
    return events
      .filter(({ ResourceStatus: status, LogicalResourceId: id }) => status?.endsWith('_FAILED') && id !== StackName)
      .map(({ ResourceStatusReason: reason = '' }) => reason);
  }

  private async settled(StackName: string): Promise<string> {
    for (;;) {
      const status = await this.statusOf(StackName);
      if (!status.endsWith('_IN_PROGRESS')) {
        return status;
      }
      await pause(30);
    }
  }

  private async statusOf(StackName: string): Promise<string> {
    try {
      const { Stacks: [stack] = [] } = await this.client.send(new DescribeStacksCommand({ StackName }));
      return stack?.StackStatus ?? '';
    } catch (error) {
      // A deleted stack is found only by its id.
      if (error instanceof Error && error.message.includes('does not exist')) {
        return 'DELETE_COMPLETE';
      }
      throw error;
    }
  }
}

function template(resources: Resources): string {
  return JSON.stringify({ Resources: resources });
}
