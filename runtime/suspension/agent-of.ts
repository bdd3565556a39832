import { GetAccessKeyLastUsedCommand, GetUserCommand } from '@aws-sdk/client-iam';
import { NamedPrincipal } from './named-principal';
import { CredentialKind } from '../../src/contract/own-credentials';
import { agentOfRole, RoleNaming } from '../../src/contract/role-names';
import { agentTags, isSameTag } from '../../src/contract/tags';
import { AGENT_NAME } from '../../src/core/name-forms';
import { roleNamed, TaggedContext } from '../aws/principals';
import { isGone } from '../aws/principals/errors-of-iam';
import { claimOn } from '../aws/wipers/users-of-agent';
import { PlacementLedger } from '../ledger';
import { credentialsOf } from '../model/own-credentials';
import { isLiving, PlacementState, remaining } from '../model/placement-state';

export interface ResolveContext extends TaggedContext, RoleNaming {
  readonly ledger: PlacementLedger;
  readonly registry: string;
  /** The registry's account. */
  readonly account: string;
}

/**
 * Returns the living agent to which a principal belongs, or undefined. The name only says where to look: the ledger must have the very principal, and
 * an IAM user must be the agent's own. One read of the ledger, however many agents it has; if the names of roles are generated, one read of IAM as well.
 *
 * @param uniqueId if given, the principal must have this id: names get reused
 */
export async function agentOf(context: ResolveContext, named: NamedPrincipal, uniqueId?: string): Promise<PlacementState | undefined> {
  switch (named.kind) {
    case 'role': return named.account === context.account ? ofRole(context, named.roleName, named.roleArn, uniqueId) : undefined;
    case 'user': return named.account === context.account ? ofUser(context, named.userName, uniqueId) : undefined;
    case 'access-key': {
      const userName = await userOfKey(context, named.accessKeyId);
      return userName === undefined ? undefined : ofUser(context, userName, uniqueId);
    }
  }
}

/** Returns the living agent that has a credential of this kind and name according to the ledger, or undefined. */
export async function agentWithCredential(context: ResolveContext, kind: CredentialKind, name: string): Promise<PlacementState | undefined> {
  const [registry, agentName] = name.split('_');
  const state = registry === context.registry ? await living(context, agentName) : undefined;
  return state !== undefined && credentialsOf(state).some((one) => one.kind === kind && one.name === name) ? state : undefined;
}

async function ofRole(context: ResolveContext, roleName: string, roleArn?: string, uniqueId?: string): Promise<PlacementState | undefined> {
  const named = agentOfRole(context.namePrefix, context.registryPath, await pathOf(context, roleName, roleArn), roleName);
  const state = await its(context, roleName, roleArn, uniqueId, named);
  // An adopted role has any name. The ledger knows whose it is.
  return state ?? its(context, roleName, roleArn, uniqueId, await context.ledger.adoptions.agentWith(context.account, roleName));
}

async function its(
  context: ResolveContext, roleName: string, roleArn: string | undefined, uniqueId: string | undefined, agentName: string | undefined,
): Promise<PlacementState | undefined> {
  const state = await living(context, agentName);
  const isIts = state !== undefined && remaining(state).some((principal) => principal.roleName === roleName
    && (roleArn === undefined || principal.roleArn === roleArn) && (uniqueId === undefined || principal.roleId === uniqueId));
  return isIts ? state : undefined;
}

/** A role's generated name says nothing of its agent, and its path does. An event about a session or a call doesn't contain it. */
async function pathOf(context: ResolveContext, roleName: string, roleArn?: string): Promise<string> {
  if (!context.generatedNames) {
    return '';
  }
  const [, path] = /:role(\/.*)/.exec(roleArn ?? (await roleNamed(context, roleName))?.Arn ?? '') ?? [];
  return path?.slice(0, path.lastIndexOf('/') + 1) ?? '';
}

async function ofUser(context: ResolveContext, UserName: string, uniqueId?: string): Promise<PlacementState | undefined> {
  try {
    const { User: { Path: path = '', UserId: id, Tags: tags = [] } = {} } = await context.iam.send(new GetUserCommand({ UserName }));
    if (!path.startsWith(context.registryPath) || (uniqueId !== undefined && id !== uniqueId)) {
      return undefined;
    }
    const [reserved] = path.slice(context.registryPath.length).split('/');
    const agentName = reserved === '' ? tags.find(({ Key: key }) => isSameTag(key, agentTags(context.tagPrefix).name))?.Value : reserved;
    const state = await living(context, agentName);
    return state !== undefined && await claimOn(context, { agentName: state.placement.agentName }, UserName) === 'own' ? state : undefined;
  } catch (error) {
    if (isGone(error)) {
      return undefined;
    }
    throw error;
  }
}

async function userOfKey({ iam }: ResolveContext, AccessKeyId: string): Promise<string | undefined> {
  try {
    return (await iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId }))).UserName;
  } catch (error) {
    // IAM denies the read of a key that is another account's.
    if (isGone(error) || (error instanceof Error && /^AccessDenied/.test(error.name))) {
      return undefined;
    }
    throw error;
  }
}

async function living({ ledger, account }: ResolveContext, agentName: string | undefined): Promise<PlacementState | undefined> {
  if (agentName === undefined || !AGENT_NAME.test(agentName)) {
    return undefined;
  }
  const state = await ledger.state({ account, agentName });
  return isLiving(state) ? state : undefined;
}
