import { Stack } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { InvalidInputError } from '../../core/errors';

/** The stacks that come before a stack because of what its agents do with others. */
const BEFORE = new WeakMap<Stack, Set<Stack>>();

/**
 * Notes that the stack of one agent is deployed before that of another. CDK finds a circle too, but at synthesis and without a word about agents.
 *
 * @throws InvalidInputError `StacksCircular`
 */
export function orderStacks(first: IConstruct, second: IConstruct, what: string): void {
  const pair = besideEachOther(Stack.of(first), Stack.of(second));
  if (pair === undefined) {
    return;
  }
  const [before, after] = pair;
  const circle = pathBack(before, after);
  if (circle !== undefined) {
    throw new InvalidInputError('StacksCircular', `${what}, for which stack ${before.node.path} is deployed before ${after.node.path}, and other agents need the opposite order: ${circle.map(({ node }) => node.path).join(' comes after ')}; put both agents into one stack`);
  }
  BEFORE.set(after, new Set([...BEFORE.get(after) ?? [], before]));
}

/** The way from a stack to one that comes before it. */
function pathBack(from: Stack, to: Stack): Stack[] | undefined {
  if (from === to) {
    return [from];
  }
  const found = [...BEFORE.get(from) ?? []].map((stack) => pathBack(stack, to)).find((path) => path !== undefined);
  return found === undefined ? undefined : [from, ...found];
}

/** The stacks, or those in which they are nested, that are deployed each as a whole. Undefined if one is within the other: its resources are ordered one by one. */
function besideEachOther(one: Stack, other: Stack): [Stack, Stack] | undefined {
  const [ofOne, ofOther] = [withParents(one), withParents(other)];
  const at = ofOne.findIndex((stack, index) => stack !== ofOther[index]);
  return at < 0 || ofOther[at] === undefined ? undefined : [ofOne[at], ofOther[at]];
}

function withParents(stack: Stack): Stack[] {
  const { nestedStackParent: parent } = stack;
  return [...parent === undefined ? [] : withParents(parent), stack];
}
