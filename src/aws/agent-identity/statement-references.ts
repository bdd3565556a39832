import { CfnResource, Stack, Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { StatementReferences } from '../access-rules/registry-reach';
import { UNKNOWN } from '../iam/resource-text';
import { isRecord } from '../iam/statement';
import { registryAbove } from '../lifecycle-registry/registries';
import { isUpkeep } from '../lifecycle-registry/registry-upkeep';

/** What the resources of a rendered statement refer to. This includes what an escape hatch added. */
export function renderedReferencesOf(scope: IConstruct, resources: unknown[]): StatementReferences {
  const names = resources.flatMap(namesIn);
  if (names.length === 0) {
    return referencesTo([]);
  }
  const own = Stack.of(scope);
  return referencesTo(relevantResources(scope.node.root).filter((resource) => {
    const stack = Stack.of(resource);
    const logicalId: string = stack.resolve(resource.logicalId);
    return stack === own
      ? names.includes(logicalId)
      : names.some((name) => name.startsWith(`${stack.stackName}:`) && name.includes(logicalId));
  }));
}

/** What a statement refers to, by the constructs in it. */
export function referencesTo(targets: readonly IConstruct[]): StatementReferences {
  return {
    ofRegistry: targets.filter(registryAbove).map(({ node }) => node.path),
    upkeep: targets.filter(isUpkeep).map(({ node }) => node.path),
    named: targets.flatMap(namedArn),
  };
}

/**
 * The ARN of a resource with a literal name. The names of agents' secrets begin with the registry's name, so a secret that is created elsewhere may
 * be one of them.
 */
function namedArn(target: IConstruct): string[] {
  if (!CfnResource.isCfnResource(target) || target.cfnResourceType !== 'AWS::SecretsManager::Secret') {
    return [];
  }
  const { name } = target as CfnResource & { name?: string };
  return name === undefined || Token.isUnresolved(name) ? [] : [`arn:${UNKNOWN}:secretsmanager:${UNKNOWN}:${UNKNOWN}:secret:${name}-??????`];
}

/** Logical ids, and names of exports, which contain the stack's name and the logical id. */
function namesIn(value: unknown): string[] {
  if (Array.isArray(value)) {
    return value.flatMap(namesIn);
  }
  if (!isRecord(value)) {
    return [];
  }
  return Object.entries(value).flatMap(([key, argument]) => {
    const name: unknown = key === 'Fn::GetAtt' && Array.isArray(argument) ? argument[0] : argument;
    if (!['Ref', 'Fn::GetAtt', 'Fn::ImportValue'].includes(key) || typeof name !== 'string') {
      return namesIn(argument);
    }
    return name.startsWith('AWS::') ? [] : [name];
  });
}

const RELEVANT = new WeakMap<IConstruct, CfnResource[]>();

/** Computed once for an app, when the tree is complete. */
function relevantResources(root: IConstruct): CfnResource[] {
  const isRelevant = (resource: CfnResource): boolean => registryAbove(resource) !== undefined || isUpkeep(resource) || namedArn(resource).length > 0;
  const relevant = RELEVANT.get(root) ?? root.node.findAll().filter(CfnResource.isCfnResource).filter(isRelevant);
  RELEVANT.set(root, relevant);
  return relevant;
}
