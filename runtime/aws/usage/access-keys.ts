import { GetAccessKeyLastUsedCommand, GetUserCommand, ListAccessKeysCommand, ListServiceSpecificCredentialsCommand } from '@aws-sdk/client-iam';
import { lastAccessedReport } from './last-accessed-report';
import { UsageContext, UsageSource, Verdict } from './source';
import { verdictOn } from '../../model/usage';
import { allPages } from '../iam-pages';
import { iamUsers } from '../wipers/iam-users';
import { usersOf } from '../wipers/users-of-agent';

/**
 * The last use of each access key of the agent's IAM users. No use of them counts as a use of the role. https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccessKeyLastUsed.html
 *
 * IAM says of no service-specific credential, such as an API key of Bedrock, when it was used last. Its report of services says when its user used one, and AWS doesn't say whether that counts calls with such
 * a credential. So a use that it reports is a use, and none that it reports says nothing. Only the engine of a registry with `bedrockApiKeys` may ask for that report; in another one the answer is `unknown`.
 */
export const accessKeysLastUsed: UsageSource = {
  name: 'access keys last used',
  needs: iamUsers.needs.filter(({ sid }) => ['ListUsers', 'LookForUsers'].includes(sid)),
  async read(context, { agentName, idleDays }, now) {
    const users = (await usersOf(context, { agentName })).filter(([, claim]) => claim === 'own').map(([user]) => user);
    const keys = (await Promise.all(users.map((UserName) => allPages(
      (Marker) => context.iam.send(new ListAccessKeysCommand({ UserName, Marker })), (page) => page.AccessKeyMetadata)))).flat();
    const holders = await holdersOf(context, users);
    if (keys.length === 0 && holders.length === 0) {
      return { verdict: 'unused', evidence: 'the agent has no access keys' };
    }
    const uses = await Promise.all(keys.map(async ({ AccessKeyId }) => (
      (await context.iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId }))).AccessKeyLastUsed?.LastUsedDate)));
    const verdict = verdictOn(uses, idleDays, now);
    return verdict.verdict === 'used' || holders.length === 0 ? verdict : verdictOnCredentials(context, holders, idleDays, now);
  },
};

/** The users that have a service-specific credential that works. */
async function holdersOf({ iam }: UsageContext, users: readonly string[]): Promise<string[]> {
  const active = await Promise.all(users.map(async (UserName) => (await allPages(
    (Marker) => iam.send(new ListServiceSpecificCredentialsCommand({ UserName, Marker })), (page) => page.ServiceSpecificCredentials)).some(({ Status: status }) => status === 'Active')));
  return users.filter((_user, index) => active[index]);
}

async function verdictOnCredentials(context: UsageContext, holders: readonly string[], idleDays: number, now: Date): Promise<Verdict> {
  const uses: (Date | undefined)[] = [];
  for (const UserName of holders) {
    const { User: { Arn: arn = '' } = {} } = await context.iam.send(new GetUserCommand({ UserName }));
    uses.push(...(await lastAccessedReport(context, arn) ?? []).map(({ LastAuthenticated: used }) => used));
  }
  const verdict = verdictOn(uses, idleDays, now);
  return verdict.verdict === 'used' ? verdict
    : { ...verdict, verdict: 'unknown', evidence: `${holders.join(', ')}: IAM does not say when a key for a single service, such as Bedrock, was used last` };
}
