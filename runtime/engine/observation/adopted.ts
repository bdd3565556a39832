import { contentsNotAdoptable } from '../../../src/contract/adoption';
import { RefusedError } from '../../../src/core/errors';
import { beforeAdoption, describePrincipal, roleNamed } from '../../aws/principals';
import { isAdopted, PrincipalRef } from '../../model/placement-state';
import { LifecycleRequest } from '../../model/request';
import { SeenRole } from '../decision/context';
import { Engine } from '../engine';

/**
 * The request with the id of the role that it adopts. A template doesn't have the id of a role that its app does not create.
 *
 * @param stored the request as CloudFormation sent it
 * @throws RefusedError `RoleNotAdoptable` if IAM has no role of that ARN
 */
export async function identified(engine: Engine, request: LifecycleRequest, stored: LifecycleRequest): Promise<LifecycleRequest> {
  // The agent may have had a role of that name before.
  const { intent } = stored;
  if ((intent.kind !== 'join' && intent.kind !== 'change') || !isAdopted(intent.principal) || intent.principal.roleId !== '') {
    return request;
  }
  const { roleName, roleArn } = intent.principal;
  const role = await roleNamed(engine, roleName);
  if (role?.RoleId === undefined || role.Arn !== roleArn) {
    throw new RefusedError('RoleNotAdoptable', `IAM has no role ${roleArn}: create it first, and name it with its path`);
  }
  return { ...stored, intent: { ...intent, principal: { ...intent.principal, roleId: role.RoleId } } };
}

/** Looks at the role that a declaration adopts. Undefined if it vanished. */
export async function seeRole(engine: Engine, principal: PrincipalRef, account: string): Promise<SeenRole | undefined> {
  const described = await describePrincipal(engine, principal);
  if (described === undefined) {
    return undefined;
  }
  const obstacle = contentsNotAdoptable(described, engine);
  const adoptedBy = await engine.ledger.adoptions.agentWith(account, principal.roleName);
  return {
    now: beforeAdoption(described, engine.now()),
    ...(obstacle === undefined ? {} : { obstacle }),
    ...(adoptedBy === undefined ? {} : { adoptedBy }),
  };
}
