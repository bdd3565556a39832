import { DescribeStackResourceCommand } from '@aws-sdk/client-cloudformation';
import { z } from 'zod';
import { isUnknown, resourcesOf, StackReader } from './stacks';
import { ACCESS_METADATA } from '../../../src/contract/lifecycle-resource';
import { logicalIds } from '../../../src/contract/logical-ids';
import { grantIn, grantProperties } from '../../model/declared-properties';
import { GrantRecord, PrincipalRef } from '../../model/placement-state';

const metadata = z.object({
  [ACCESS_METADATA]: z.array(z.object({
    Stage: z.string(), Grants: z.array(grantProperties),
  })),
});

/**
 * The declared grants that the ledger leaves out because of their size, by stage, from the metadata of the access policy in the stack or one of its nested stacks. What can't be
 * read is missing. Whether it is what was declared is for the caller to check.
 */
export async function grantsInTemplate(
  aws: StackReader, stackId: string, { stage }: PrincipalRef, agentName: string,
): Promise<Map<string, GrantRecord[]>> {
  const text = await metadataOf(aws, stackId, logicalIds(agentName, stage).access);
  const read = metadata.safeParse(text === undefined ? undefined : parsed(text));
  return new Map(read.success ? read.data[ACCESS_METADATA].map(({ Stage, Grants }) => [Stage, Grants.map(grantIn)]) : []);
}

async function metadataOf(aws: StackReader, StackName: string, LogicalResourceId: string): Promise<string | undefined> {
  try {
    return (await aws.cloudFormation.send(new DescribeStackResourceCommand({ StackName, LogicalResourceId }))).StackResourceDetail?.Metadata;
  } catch (error) {
    if (!isUnknown(error)) {
      throw error;
    }
  }
  const nested = (await resourcesOf(aws, StackName))
    .filter(({ ResourceType: type, ResourceStatus: status }) => type === 'AWS::CloudFormation::Stack' && status !== 'DELETE_COMPLETE');
  for (const { PhysicalResourceId: id } of nested) {
    const found = id === undefined ? undefined : await metadataOf(aws, id, LogicalResourceId);
    if (found !== undefined) {
      return found;
    }
  }
  return undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
