import { GetUserCommand, ListUsersCommand } from '@aws-sdk/client-iam';
import { userPath } from '../../../src/contract/role-names';
import { agentTags, isSameTag } from '../../../src/contract/tags';
import { allPages } from '../iam-pages';
import { IdentityContext, TaggedContext } from '../principals';
import { isGone } from '../principals/errors-of-iam';

/** The agent whose users are searched. */
interface UserOwner {
  readonly agentName: string;
}

/** own: the user is the agent's. disputed: the user is under the agent's reserved path, but tagged as another agent's. */
export type Claim = 'own' | 'disputed' | 'none';

/** Lists users with one call for a thousand users, however many agents have some. Reads details only of users that may be the agent's. */
export async function usersOf(context: TaggedContext, target: UserOwner): Promise<[string, Claim][]> {
  const users = await allPages(
    (Marker) => context.iam.send(new ListUsersCommand({ PathPrefix: context.registryPath, MaxItems: 1000, Marker })), (page) => page.Users);
  const claims: [string, Claim][] = [];
  for (const { UserName: name = '', Path: path = '' } of users) {
    if (isReserved(context, target, path) || name === target.agentName || name.startsWith(`${target.agentName}-`)) {
      claims.push([name, await claimOn(context, target, name)]);
    }
  }
  return claims.filter(([, claim]) => claim !== 'none');
}

// ListUsers returns no tags.
export async function claimOn(context: TaggedContext, target: UserOwner, UserName: string): Promise<Claim> {
  try {
    const { User: { Path: path = '', Tags: tags = [] } = {} } = await context.iam.send(new GetUserCommand({ UserName }));
    const named = tags.find(({ Key: key }) => isSameTag(key, agentTags(context.tagPrefix).name))?.Value;
    if (isReserved(context, target, path)) {
      return named === undefined || named === target.agentName ? 'own' : 'disputed';
    }
    return path.startsWith(context.registryPath) && named === target.agentName ? 'own' : 'none';
  } catch (error) {
    if (isGone(error)) {
      return 'none';
    }
    throw error;
  }
}

function isReserved({ registryPath }: IdentityContext, { agentName }: UserOwner, path: string): boolean {
  return path.startsWith(userPath(registryPath, agentName));
}
