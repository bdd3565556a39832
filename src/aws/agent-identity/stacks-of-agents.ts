import { CfnResource, Stack, Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';

/** By root: the stacks that declare agents. */
const STACKS = new WeakMap<IConstruct, Set<Stack>>();

export function declareAgentIn(agent: IConstruct): void {
  const stacks = STACKS.get(agent.node.root) ?? new Set();
  STACKS.set(agent.node.root, stacks);
  for (let stack: Stack | undefined = Stack.of(agent); stack !== undefined; stack = stack.nestedStackParent) {
    stacks.add(stack);
  }
}

/** ARNs of the app's stacks that declare agents, as far as they are declared yet. An unknown account or region is a star. */
export function stacksOfAgents(agent: IConstruct): string[] {
  const known = (text: string): string => (Token.isUnresolved(text) ? '*' : text);
  return [...STACKS.get(agent.node.root) ?? []].map((stack) =>
    `arn:${known(stack.partition)}:cloudformation:${known(stack.region)}:${known(stack.account)}:stack/${nameOf(stack)}/*`);
}

/** CloudFormation names a nested stack after the one it is in. */
function nameOf(stack: Stack): string {
  const { nestedStackParent: parent, nestedStackResource: resource } = stack;
  return parent === undefined ? stack.stackName : `${nameOf(parent)}-${String(parent.resolve((resource as CfnResource).logicalId))}-*`;
}
