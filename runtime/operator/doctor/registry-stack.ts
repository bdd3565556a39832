import { DescribeStackResourcesCommand, DescribeStacksCommand, Stack } from '@aws-sdk/client-cloudformation';
import { InvalidInputError } from '../../../src/core/errors';
import { Connection } from '../connection';

/** The stack that has a registry, and the root of its nested stacks, which is the same one if it is not nested. */
export interface RegistryStack {
  readonly id: string;
  readonly name: string;
  readonly root: { readonly name: string; readonly status: string; readonly isProtected: boolean };
}

/** @throws InvalidInputError `RegistryStackUnknown` */
export async function registryStack({ cloudFormation, table }: Connection): Promise<RegistryStack> {
  const { StackResources: [{ StackId: id = '', StackName: name = '' } = {}] = [] } = await cloudFormation.send(new DescribeStackResourcesCommand({ PhysicalResourceId: table.name }));
  const own = await described(id);
  const root = own.RootId === undefined ? own : await described(own.RootId);
  return { id, name, root: { name: root.StackName ?? '', status: root.StackStatus ?? '', isProtected: root.EnableTerminationProtection === true } };

  async function described(StackName: string): Promise<Stack> {
    const { Stacks: [stack] = [] } = StackName === '' ? {} : await cloudFormation.send(new DescribeStacksCommand({ StackName }));
    if (stack === undefined) {
      throw new InvalidInputError('RegistryStackUnknown', `CloudFormation names no stack that has the table ${table.name}`);
    }
    return stack;
  }
}
