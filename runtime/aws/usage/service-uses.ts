import { ServiceLastAccessed } from '@aws-sdk/client-iam';
import { lastAccessedReport, ReportContext } from './last-accessed-report';
import { reasonOf } from '../../../src/core/errors';
import { PrincipalRef } from '../../model/placement-state';
import { ServiceUse } from '../../model/usage';
import { IdentityContext, reaching } from '../principals';

const DAY_MS = 86_400_000;
const MOST_ACTIONS = 20;

/**
 * The use of each service that a principal's policies allow, by the service's prefix. A service that IAM does not report is missing. Nothing is called unused while the role
 * is younger than the longest idle time. https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed.html
 */
export async function readServiceUses(
  context: IdentityContext & ReportContext & { now(): Date; warn(message: string): void }, principal: PrincipalRef,
  createdAt: Date | undefined, idleDays: number,
): Promise<Map<string, ServiceUse>> {
  const since = context.now().getTime() - idleDays * DAY_MS;
  try {
    const report = await lastAccessedReport(reaching(context, principal), principal.roleArn, 'ACTION_LEVEL') ?? [];
    return new Map(report.map((one) => [String(one.ServiceNamespace).toLowerCase(), useOf(one, since, createdAt)]));
  } catch (error) {
    // What is not known is shown as not known, and never as unused.
    context.warn(`IAM did not report the use of services: ${reasonOf(error)}`);
    return new Map();
  }
}

function useOf(
  { LastAuthenticated: last, TrackedActionsLastAccessed: tracked = [] }: ServiceLastAccessed, since: number, createdAt: Date | undefined,
): ServiceUse {
  if (last === undefined) {
    return createdAt === undefined || createdAt.getTime() > since
      ? { verdict: 'unknown', evidence: 'no use so far, and the role is too young to judge' }
      : { verdict: 'unused', evidence: 'no use within IAM\'s tracking period of 400 days' };
  }
  const actions = tracked.flatMap(({ ActionName: name, LastAccessedTime: at }) => (at === undefined ? [] : [`${name} at ${at.toISOString()}`]));
  return {
    verdict: last.getTime() >= since ? 'used' : 'unused',
    evidence: [`last used at ${last.toISOString()}`, ...actions.slice(0, MOST_ACTIONS)].join('; '),
    lastUsedAt: last.toISOString(),
  };
}
