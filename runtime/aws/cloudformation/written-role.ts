import { StackResourceSummary } from '@aws-sdk/client-cloudformation';
import { resourcesOf, StackReader } from './stacks';
import { logicalIds } from '../../../src/contract/logical-ids';
import { PrincipalRef } from '../../model/placement-state';

/** When CloudFormation last wrote a principal. An instant is absent if no stack has the resource. */
export interface WrittenRole {
  readonly roleWrittenAt?: string;
  /** The policy with the agent's access is a resource of its own. */
  readonly accessWrittenAt?: string;
  /** The same of each managed policy that continues it, in order. */
  readonly partsWrittenAt: readonly (string | undefined)[];
  /** Instance profiles that the stacks have. */
  readonly profiles: readonly string[];
}

/**
 * Reads when a stack or one of its nested stacks last wrote a principal. An update that does not touch a resource doesn't change the time of that
 * resource. https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_StackResourceSummary.html
 */
export async function writtenRole(
  aws: StackReader, stackId: string, { roleName, stage, accessParts = 0 }: PrincipalRef, agentName: string,
): Promise<WrittenRole> {
  const all = await resourcesWithNested(aws, stackId);
  const { access, accessPart } = logicalIds(agentName, stage);
  const role = all.find(({ ResourceType: type, PhysicalResourceId: id }) => type === 'AWS::IAM::Role' && id === roleName);
  const policy = all.find(({ ResourceType: type, LogicalResourceId: id }) => type === 'AWS::IAM::Policy' && id === access);
  return {
    ...writtenAt('roleWrittenAt', role),
    ...writtenAt('accessWrittenAt', policy),
    partsWrittenAt: Array.from({ length: accessParts }, (_, index) => all
      .find(({ ResourceType: type, LogicalResourceId: id }) => type === 'AWS::IAM::ManagedPolicy' && id === accessPart(index + 1))?.LastUpdatedTimestamp?.toISOString()),
    profiles: all.filter(({ ResourceType: type }) => type === 'AWS::IAM::InstanceProfile').flatMap(({ PhysicalResourceId: id }) => id ?? []),
  };
}

function writtenAt<K extends string>(key: K, resource: StackResourceSummary | undefined): { readonly [P in K]?: string } {
  const at = resource?.LastUpdatedTimestamp;
  return at === undefined ? {} : { [key]: at.toISOString() } as { readonly [P in K]?: string };
}

async function resourcesWithNested(aws: StackReader, stackId: string): Promise<StackResourceSummary[]> {
  const there = (await resourcesOf(aws, stackId)).filter(({ ResourceStatus: status }) => status !== 'DELETE_COMPLETE');
  const nested = there.filter(({ ResourceType: type }) => type === 'AWS::CloudFormation::Stack').flatMap(({ PhysicalResourceId: id }) => id ?? []);
  return [...there, ...(await Promise.all(nested.map((id) => resourcesWithNested(aws, id)))).flat()];
}
