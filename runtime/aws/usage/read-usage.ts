import {
  GenerateServiceLastAccessedDetailsCommand, GetRoleCommand, GetServiceLastAccessedDetailsCommand, GetServiceLastAccessedDetailsCommandOutput,
} from '@aws-sdk/client-iam';
import { reasonOf } from '../../../src/core/errors';
import { PrincipalRef } from '../../model/placement-state';
import { signalOf, Usage, UsageSignal, verdictOf } from '../../model/usage';
import { IdentityContext } from '../principals';

export interface UsageContext extends IdentityContext {
  now(): Date;
  /** Waits before it checks again whether IAM's report is complete. */
  pause(milliseconds: number): Promise<void>;
}

const LOOKS = 15;
const LOOK_EVERY_MS = 1_000;

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
    const { JobId } = await context.iam.send(new GenerateServiceLastAccessedDetailsCommand({ Arn }));
    const dates = await reported(context, JobId);
    return dates === undefined
      ? { source, verdict: 'unknown', evidence: 'IAM did not complete its report' }
      : signalOf(source, dates.sort((one, other) => other.getTime() - one.getTime())[0], idleDays, now);
  } catch (error) {
    return { source, verdict: 'unknown', evidence: `IAM did not answer: ${reasonOf(error)}` };
  }
}

/** The last use of each service. Undefined if the report is not complete in time, or has failed. */
async function reported({ iam, pause }: UsageContext, JobId: string | undefined): Promise<Date[] | undefined> {
  const dates: Date[] = [];
  let Marker: string | undefined;
  for (let look = 0; look < LOOKS; look++) {
    const page: GetServiceLastAccessedDetailsCommandOutput = await iam.send(new GetServiceLastAccessedDetailsCommand({ JobId, Marker }));
    if (page.JobStatus === 'FAILED') {
      return undefined;
    }
    if (page.JobStatus === 'IN_PROGRESS') {
      await pause(LOOK_EVERY_MS);
      continue;
    }
    dates.push(...(page.ServicesLastAccessed ?? []).flatMap(({ LastAuthenticated }) => LastAuthenticated ?? []));
    if (page.IsTruncated !== true) {
      return dates;
    }
    Marker = page.Marker;
    look = 0;
  }
  return undefined;
}
