import { aws_iam as iam, CfnResource, Stack, Token } from 'aws-cdk-lib';
import { Construct, IConstruct } from 'constructs';
import { notAdoptable } from '../../../contract/adoption';
import { Claims } from '../../../core/claims';
import { InvalidInputError } from '../../../core/errors';
import { literalParts } from '../../../core/one-name';
import { ILifecycleRegistry } from '../../lifecycle-registry/lifecycle-registry-ref';
import { factsOf } from '../../lifecycle-registry/registry-facts';
import { AgentRole } from '../agent-role';

const ROLES = new Claims();

/** The resource of a role that this app creates. Undefined for an imported role. */
export function resourceOf(role: iam.IRole): iam.CfnRole | undefined {
  const child = role.node.defaultChild;
  return child !== undefined && CfnResource.isCfnResource(child) && child.cfnResourceType === 'AWS::IAM::Role' ? child as iam.CfnRole : undefined;
}

/**
 * Refuses a role that can't be adopted, as far as its name and path are known. The engine looks at the rest.
 *
 * @throws InvalidInputError `RoleNotAdoptable`, `RoleAdopted`
 */
export function requireAdoptable(agent: Construct, role: iam.IRole, registry: ILifecycleRegistry): void {
  const { path } = agent.node;
  const refuse = (problem: string): never => {
    throw new InvalidInputError('RoleNotAdoptable', `${path}: role ${role.node.path} can't be adopted: ${problem}`);
  };
  if (role instanceof AgentRole) {
    refuse('it is the role of an agent already');
  }
  const { account } = Stack.of(agent);
  const [, , , , of = account] = role.roleArn.split(':');
  if (isKnown(of) && isKnown(account) && of !== account) {
    refuse(`it is of account ${of}, and the agent's stack is of account ${account}: adopt it there`);
  }
  const problem = notAdoptable(placeOf(role), factsOf(registry).names);
  if (problem !== undefined) {
    refuse(problem);
  }
  ROLES.claim(agent, JSON.stringify(Stack.of(agent).resolve(role.roleArn)), (first) => new InvalidInputError('RoleAdopted',
    `${path}: role ${role.node.path} is adopted at ${first} already: a role belongs to one agent`));
}

/** What is known of a role's name and path: their literal parts. */
function placeOf(role: iam.IRole): { readonly roleName: string; readonly path: string } {
  const created = resourceOf(role);
  if (created !== undefined) {
    return { roleName: literalParts(created.roleName ?? ''), path: literalParts(created.path ?? '/') };
  }
  const [, resource = '/'] = /:role(\/.*)$/s.exec(literalParts(role.roleArn)) ?? [];
  const end = resource.lastIndexOf('/') + 1;
  return { roleName: resource.slice(end).trim(), path: resource.slice(0, end) };
}

function isKnown(text: string): boolean {
  return !Token.isUnresolved(text);
}

/** Whether a role is created by the same stack. */
export function isOfStack(role: iam.CfnRole | undefined, stack: IConstruct): role is iam.CfnRole {
  return role !== undefined && Stack.of(role) === stack;
}
