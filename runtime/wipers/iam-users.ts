import { DeleteUserCommand, ListUsersCommand, ListUserTagsCommand } from '@aws-sdk/client-iam';
import { allPages } from './pages';
import { USER_PARTS } from './user-parts';
import { Finding, Wiper, WiperContext, WipeTarget } from './wiper';
import { isGone, unlessGone } from '../principal/errors-of-iam';

const NAME_TAG = 'agent:name';

/**
 * IAM users made for the agent by hand: under the registry's path and tagged with its name. Their keys know no cut of sessions and no end.
 */
export const iamUsers: Wiper = {
  name: 'iam-users',
  ofAgent: true,
  async list(context, target) {
    const findings: Finding[] = [];
    for (const user of await usersOf(context, target)) {
      for (const part of USER_PARTS) {
        const whats = await part.list(context, user).catch(noneIfGone);
        findings.push(...whats.map((what) => finding(part.kind, `user/${user}/${part.kind}/${what}`)));
      }
      // Last: it can go only when the others have.
      findings.push(finding('user', `user/${user}`));
    }
    return findings;
  },
  async wipe(context, target, { id }) {
    const [, user, kind, ...what] = id.split('/');
    // Looked at again: names are given anew, and somebody else's user is not ours to touch.
    if (!await isOf(context, target, user)) {
      return;
    }
    const part = USER_PARTS.find((candidate) => candidate.kind === kind);
    await unlessGone(() => part === undefined ? context.iam.send(new DeleteUserCommand({ UserName: user })) : part.wipe(context, user, what.join('/')));
  },
};

async function usersOf(context: WiperContext, target: WipeTarget): Promise<string[]> {
  const users = await allPages(
    (Marker) => context.iam.send(new ListUsersCommand({ PathPrefix: context.registryPath, Marker })), (page) => page.Users);
  const own: string[] = [];
  for (const { UserName: name = '' } of users) {
    if (await isOf(context, target, name)) {
      own.push(name);
    }
  }
  return own;
}

// ListUsers answers without tags.
async function isOf(context: WiperContext, target: WipeTarget, user: string): Promise<boolean> {
  const tags = await allPages(
    (Marker) => context.iam.send(new ListUserTagsCommand({ UserName: user, Marker })), (page) => page.Tags).catch(noneIfGone);
  return tags.some(({ Key: key, Value: value }) => key === NAME_TAG && value === target.agentName);
}

function noneIfGone(error: unknown): never[] {
  if (isGone(error)) {
    return [];
  }
  throw error;
}

function finding(kind: string, id: string): Finding {
  return { wiper: 'iam-users', kind, id, actedOn: true };
}
