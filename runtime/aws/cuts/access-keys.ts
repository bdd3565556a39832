import { ListAccessKeysCommand, ListServiceSpecificCredentialsCommand, UpdateAccessKeyCommand, UpdateServiceSpecificCredentialCommand } from '@aws-sdk/client-iam';
import { Cut } from './cut';
import { CutContext } from './cut-context';
import { ofEach, unlessMissing } from './missing';
import { allPages } from '../iam-pages';
import { iamUsers } from '../wipers/iam-users';
import { usersOf } from '../wipers/users-of-agent';

/** A finding's id has this part before the id of a credential that is no access key. */
const FOR_A_SERVICE = 'service-specific-credential';

/**
 * Access keys and service-specific credentials, such as API keys of Bedrock, become inactive: those of the users that the engine rotates, and of IAM users that were created for the agent by hand. No Deny on
 * the agent's role reaches them.
 */
export const accessKeys: Cut = {
  name: 'access-keys',
  needs: iamUsers.needs.filter(({ sid }) => ['ListUsers', 'LookForUsers', 'ActOnUsers'].includes(sid)),
  async find(context, { target }) {
    const users = (await usersOf(context, target)).filter(([, claim]) => claim === 'own');
    const keys = await ofEach(users, async ([user]) => {
      const all = [...await keysOf(context, user), ...await credentialsOf(context, user)];
      // What IAM has ended by its age is not switched on again.
      return all.map(({ id, status }) => ({ id: `${user}/${id}`, isCut: status !== 'Active', was: 'active' }));
    });
    return keys.flat();
  },
  apply: (context, id) => unlessMissing(() => setStatus(context, id, 'Inactive')),
  // The user may have been deleted since, and another owner may have its name. The id of a key is unique, so IAM then knows no such key of it.
  restore: (context, { id }) => unlessMissing(() => setStatus(context, id, 'Active')),
};

interface Found {
  readonly id: string;
  readonly status?: string;
}

async function keysOf({ iam }: CutContext, UserName: string): Promise<Found[]> {
  const keys = await allPages((Marker) => iam.send(new ListAccessKeysCommand({ UserName, Marker })), (page) => page.AccessKeyMetadata);
  return keys.map(({ AccessKeyId: id = '', Status: status }) => ({ id, status }));
}

async function credentialsOf({ iam }: CutContext, UserName: string): Promise<Found[]> {
  const credentials = await allPages(
    (Marker) => iam.send(new ListServiceSpecificCredentialsCommand({ UserName, Marker })), (page) => page.ServiceSpecificCredentials);
  return credentials.map(({ ServiceSpecificCredentialId: id = '', Status: status }) => ({ id: `${FOR_A_SERVICE}/${id}`, status }));
}

function setStatus({ iam }: CutContext, id: string, Status: 'Active' | 'Inactive'): Promise<unknown> {
  const [UserName, ...key] = id.split('/');
  const own = key[key.length - 1];
  return key[0] === FOR_A_SERVICE
    ? iam.send(new UpdateServiceSpecificCredentialCommand({ UserName, ServiceSpecificCredentialId: own, Status }))
    : iam.send(new UpdateAccessKeyCommand({ UserName, AccessKeyId: own, Status }));
}
