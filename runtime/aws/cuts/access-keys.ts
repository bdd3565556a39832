import { ListAccessKeysCommand, UpdateAccessKeyCommand } from '@aws-sdk/client-iam';
import { Cut } from './cut';
import { ofEach, unlessMissing } from './missing';
import { allPages } from '../iam-pages';
import { iamUsers } from '../wipers/iam-users';
import { usersOf } from '../wipers/users-of-agent';

/** Access keys of IAM users that were created for the agent by hand become inactive. No Deny on the agent's role reaches them. */
export const accessKeys: Cut = {
  name: 'access-keys',
  needs: iamUsers.needs.filter(({ sid }) => ['ListUsers', 'LookForUsers', 'ActOnUsers'].includes(sid)),
  async find(context, { target }) {
    const users = (await usersOf(context, target)).filter(([, claim]) => claim === 'own');
    const keys = await ofEach(users, async ([user]) => {
      const all = await allPages(
        (Marker) => context.iam.send(new ListAccessKeysCommand({ UserName: user, Marker })), (page) => page.AccessKeyMetadata);
      return all.map(({ AccessKeyId: key, Status: status }) => ({ id: `${user}/${key}`, isCut: status === 'Inactive', was: 'active' }));
    });
    return keys.flat();
  },
  apply: ({ iam }, id) => unlessMissing(() => iam.send(new UpdateAccessKeyCommand({ ...keyOf(id), Status: 'Inactive' }))),
  // The user may have been deleted since, and another owner may have its name. An access key's id is unique, so IAM then knows no such key of it.
  restore: ({ iam }, { id }) => unlessMissing(() => iam.send(new UpdateAccessKeyCommand({ ...keyOf(id), Status: 'Active' }))),
};

function keyOf(id: string): { UserName: string; AccessKeyId: string } {
  const [UserName, AccessKeyId] = id.split('/');
  return { UserName, AccessKeyId };
}
