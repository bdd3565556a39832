import { DescribeStackResourceCommand } from '@aws-sdk/client-cloudformation';
import * as z from 'zod';
import { resourcesOf, StackReader } from './stacks';
import { ACCESS_METADATA } from '../../../src/contract/lifecycle-resource';
import { logicalIds } from '../../../src/contract/logical-ids';
import { grantIn, metadataGrants } from '../../model/declared-properties';
import { GrantRecord, PrincipalRef } from '../../model/placement-state';
import { isUnknown } from '../../model/stack-view';

const metadata = z.object({
  [ACCESS_METADATA]: metadataGrants,
});
/** The CDK writes the path of a resource, unless the app switches that off. */
const path = z.object({ 'aws:cdk:path': z.string().max(1_000) });
/** The access policy in its agent. */
const IN_AGENT = /\/Role\/Access\/Resource$/;

/** What the metadata of an agent's access policy says, in its stack or one of its nested stacks. */
export interface TemplateAccess {
  /** The declared grants that the ledger leaves out because of their size, by stage. What can't be read is missing. Whether it is what was declared is for the caller to check. */
  readonly grants: ReadonlyMap<string, readonly GrantRecord[]>;
  /** Path of the agent's construct in its app. */
  readonly construct?: string;
}

export async function accessInTemplate(aws: StackReader, stackId: string, { stage }: PrincipalRef, agentName: string): Promise<TemplateAccess> {
  const text = await metadataOf(aws, stackId, logicalIds(agentName, stage).access);
  const found = text === undefined ? undefined : parsed(text);
  const [read, named] = [metadata.safeParse(found), path.safeParse(found)];
  return {
    grants: new Map(read.success ? read.data[ACCESS_METADATA].map(({ Stage, Grants }) => [Stage, Grants.map(grantIn)]) : []),
    ...(named.success ? { construct: named.data['aws:cdk:path'].replace(IN_AGENT, '') } : {}),
  };
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
