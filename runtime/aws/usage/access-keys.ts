import { GetAccessKeyLastUsedCommand, ListAccessKeysCommand } from '@aws-sdk/client-iam';
import { UsageSource } from './source';
import { verdictOn } from '../../model/usage';
import { allPages } from '../iam-pages';
import { iamUsers } from '../wipers/iam-users';
import { usersOf } from '../wipers/users-of-agent';

/**
 * The last use of each access key of IAM users that were created for the agent by hand. No use of them counts as a use of the role.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccessKeyLastUsed.html
 */
export const accessKeysLastUsed: UsageSource = {
  name: 'access keys last used',
  needs: [
    ...iamUsers.needs.filter(({ sid }) => ['ListUsers', 'LookForUsers'].includes(sid)),
    { sid: 'JudgeUseOfKeys', actions: ['iam:GetAccessKeyLastUsed'], resources: ['arn:{partition}:iam::{account}:user{path}*'] },
  ],
  async read(context, { agentName, idleDays }, now) {
    const users = (await usersOf(context, { agentName })).filter(([, claim]) => claim === 'own');
    const keys = (await Promise.all(users.map(([UserName]) => allPages(
      (Marker) => context.iam.send(new ListAccessKeysCommand({ UserName, Marker })), (page) => page.AccessKeyMetadata)))).flat();
    if (keys.length === 0) {
      return { verdict: 'unused', evidence: 'the agent has no access keys' };
    }
    const uses = await Promise.all(keys.map(async ({ AccessKeyId }) => (
      (await context.iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId }))).AccessKeyLastUsed?.LastUsedDate)));
    return verdictOn(uses, idleDays, now);
  },
};
