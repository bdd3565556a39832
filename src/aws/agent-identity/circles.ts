import { CfnResource, Stack } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { UNCHANGED_ROLE } from './every-stage';
import { propertyContents } from '../iam/contents';

interface CircleProps {
  readonly where: string;
  readonly role: CfnResource;
  readonly lifecycle: CfnResource;
  readonly access: CfnResource;
  /** As rendered. */
  readonly trustDocument: unknown;
  readonly accessDocument: unknown;
}

/** Resources of the same stack that a resource depends on. Cached after all dependencies are known. */
const BEFORE = new WeakMap<CfnResource, readonly CfnResource[]>();

/**
 * Finds circular dependencies. CloudFormation can't deploy a resource that depends on the agent if the agent's access or trust refers to it, for
 * example a function with the role that the agent may invoke. CDK detects no circle within a stack.
 */
export function circles({ where, role, lifecycle, access, trustDocument, accessDocument }: CircleProps): string[] {
  return [
    ...(refersToResources(accessDocument) ? circleFrom(access, [access]).map((path) => fault(where, 'access', path)) : []),
    ...(refersToResources(trustDocument) ? circleFrom(role, [role, lifecycle, access]).map((path) => fault(where, 'trust policy', path)) : []),
  ];
}

/** Whether a document refers to resources. Most agents' documents contain only ARNs. */
function refersToResources(document: unknown): boolean {
  return /"Ref":"(?!AWS::)|"Fn::GetAtt"/.test(JSON.stringify(document));
}

function fault(where: string, what: string, path: readonly CfnResource[]): string {
  return `AccessCircular: ${where}: its ${what} names ${path.map(({ node }) => node.path).join(', which comes after ')}, which comes after the agent: CloudFormation can't deploy a circle; `
    + 'give the resource a literal name and grant on an import of it by that name, or, if it only names the agent, let it use the agent\'s principal or principalArn instead of its role. '
    + UNCHANGED_ROLE;
}

/** Finds one circle in the stack, or between nested stacks of it. */
function circleFrom(start: CfnResource, closing: readonly CfnResource[]): CfnResource[][] {
  const stack = Stack.of(start);
  const found = namedIn(start, stack).filter((resource) => !closing.includes(resource))
    .map((resource) => pathTo(closing, resource, new Set())).find((path) => path !== undefined);
  if (found !== undefined) {
    return [found];
  }
  const nested = stack.nestedStackResource as CfnResource | undefined;
  return nested === undefined ? [] : circleFrom(nested, [nested]);
}

function pathTo(closing: readonly CfnResource[], resource: CfnResource, seen: Set<CfnResource>): CfnResource[] | undefined {
  if (seen.has(resource)) {
    return undefined;
  }
  seen.add(resource);
  const before = BEFORE.get(resource) ?? beforeOf(resource);
  BEFORE.set(resource, before);
  if (before.some((other) => closing.includes(other))) {
    return [resource];
  }
  const rest = before.map((other) => pathTo(closing, other, seen)).find((path) => path !== undefined);
  return rest === undefined ? undefined : [resource, ...rest];
}

function beforeOf(resource: CfnResource): CfnResource[] {
  const stack = Stack.of(resource);
  const awaited = partsOf(resource).flatMap((part) => part.obtainDependencies()).filter(CfnResource.isCfnResource)
    .flatMap((other) => within(other, stack));
  return [...new Set([...namedIn(resource, stack), ...awaited])].filter((other) => other !== resource);
}

/** What a resource refers to, in its own stack or in nested stacks of it. CDK itself orders stacks that aren't nested. */
function namedIn(resource: CfnResource, stack: Stack): CfnResource[] {
  const targets = partsOf(resource).flatMap((part) => propertyContents(part).references).map(({ what: { target } }) => target);
  return [...new Set(targets)].filter(CfnResource.isCfnResource).flatMap((target) => within(target, stack)).filter((other) => other !== resource);
}

/** The resource, or the nested stack of the given stack that contains it. */
function within(resource: CfnResource, stack: Stack): CfnResource[] {
  const { nestedStackResource } = Stack.of(resource);
  return Stack.of(resource) === stack ? [resource] : nestedStackResource === undefined ? [] : within(nestedStackResource as CfnResource, stack);
}

/** A nested stack with all its resources, which are deployed as one. */
function partsOf(resource: CfnResource): CfnResource[] {
  const beside: IConstruct[] = resource.cfnResourceType === 'AWS::CloudFormation::Stack' ? resource.node.scope?.node.scope?.node.children ?? [] : [];
  const nested = beside.find((child) => Stack.isStack(child) && child.nestedStackResource === resource);
  return [resource, ...nested?.node.findAll().filter(CfnResource.isCfnResource) ?? []];
}
