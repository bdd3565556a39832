import { STACK_NAME } from '../../../src/contract/name-forms';

/** A stack of agents. */
export interface StackId {
  readonly account: string;
  readonly stackName: string;
}

const PATH = /^(\d{12})\/([^/]+)\.ts$/;

/** Path of a stack's file in the folder. */
export function stackPath({ account, stackName }: StackId): string {
  return `${account}/${stackName}.ts`;
}

/** Path of the file that says how the compute of its agents gets their roles. */
export function stepsPath({ account, stackName }: StackId): string {
  return `${account}/${stackName}.md`;
}

/** The stack of a file of that name. */
export function stackOfPath(path: string): StackId | undefined {
  const [, account, stackName] = PATH.exec(path) ?? [];
  return account === undefined || stackName === undefined || !STACK_NAME.test(stackName) ? undefined : { account, stackName };
}

export function classNameOf({ account, stackName }: StackId): string {
  const words = stackName.split('-').map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
  return `${words}Of${account}`;
}
