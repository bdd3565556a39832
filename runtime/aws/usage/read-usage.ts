import { GetRoleCommand } from '@aws-sdk/client-iam';
import { lastAccessedReport, UsageContext } from './last-accessed-report';
import { reasonOf } from '../../../src/core/errors';
import { PrincipalRef } from '../../model/placement-state';
import { signalOf, Usage, UsageSignal, verdictOf } from '../../model/usage';

/**
 * Reads whether a principal was used within a number of days. IAM's report by service is made only if the role itself seems unused, because IAM throttles
 * these calls first. Both sources track 400 days, are up to four hours late, and count attempts that were denied.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed.html
 */
export async function readUsage(context: UsageContext, principal: PrincipalRef, idleDays: number): Promise<Usage> {
  const now = context.now();
  try {
    const { Role: role } = await context.iam.send(new GetRoleCommand({ RoleName: principal.roleName }));
    if (role?.RoleId !== principal.roleId || role.CreateDate === undefined) {
      return { signals: [{ source: 'role last used', verdict: 'unknown', evidence: 'IAM has another role of that name' }] };
    }
    const first = signalOf('role last used', role.RoleLastUsed?.LastUsedDate, idleDays, now);
    const usage: Usage = { createdAt: role.CreateDate.toISOString(), signals: [first] };
    return verdictOf(usage) === 'unused' ? { ...usage, signals: [first, await lastAccessed(context, principal, idleDays, now)] } : usage;
  } catch (error) {
    return { signals: [{ source: 'role last used', verdict: 'unknown', evidence: `IAM did not answer: ${reasonOf(error)}` }] };
  }
}

async function lastAccessed(context: UsageContext, { roleArn: Arn }: PrincipalRef, idleDays: number, now: Date): Promise<UsageSignal> {
  const source = 'service last accessed';
  try {
    const report = await lastAccessedReport(context, Arn);
    const dates = report?.flatMap(({ LastAuthenticated }) => LastAuthenticated ?? []);
    return dates === undefined
      ? { source, verdict: 'unknown', evidence: 'IAM did not complete its report' }
      : signalOf(source, dates.sort((one, other) => other.getTime() - one.getTime())[0], idleDays, now);
  } catch (error) {
    return { source, verdict: 'unknown', evidence: `IAM did not answer: ${reasonOf(error)}` };
  }
}
