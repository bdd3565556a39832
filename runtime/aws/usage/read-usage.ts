import { GetRoleCommand } from '@aws-sdk/client-iam';
import { UsageContext, UsageSource, UsageSubject } from './source';
import { USAGE_SOURCES } from './sources';
import { reasonOf } from '../../../src/core/errors';
import { Usage, UsageSignal, verdictOf, verdictOn } from '../../model/usage';

const ROLE = 'role last used';

/**
 * Reads whether an agent was used within a number of days. The other sources are read only if its role itself seems unused, one after another until one of
 * them knows of a use: one use is enough.
 */
export async function readUsage(context: UsageContext, subject: UsageSubject): Promise<Usage> {
  const { principal, idleDays } = subject;
  const now = context.now();
  try {
    const { Role: role } = await context.iam.send(new GetRoleCommand({ RoleName: principal.roleName }));
    if (role?.RoleId !== principal.roleId || role.CreateDate === undefined) {
      return { signals: [{ source: ROLE, verdict: 'unknown', evidence: 'IAM has another role of that name' }] };
    }
    const signals: UsageSignal[] = [{ source: ROLE, ...verdictOn([role.RoleLastUsed?.LastUsedDate], idleDays, now) }];
    for (const source of verdictOf({ signals }) === 'unused' ? USAGE_SOURCES : []) {
      signals.push(...await signalOf(context, source, subject, now));
      if (verdictOf({ signals }) === 'used') {
        break;
      }
    }
    return { createdAt: role.CreateDate.toISOString(), signals };
  } catch (error) {
    return { signals: [{ source: ROLE, verdict: 'unknown', evidence: `AWS did not answer: ${reasonOf(error)}` }] };
  }
}

/** What sources say of an agent, each of them. Nobody is judged by it. */
export async function readSignals(context: UsageContext, subject: UsageSubject, sources: readonly UsageSource[]): Promise<UsageSignal[]> {
  const now = context.now();
  return (await Promise.all(sources.map((source) => signalOf(context, source, subject, now)))).flat();
}

async function signalOf(context: UsageContext, { name: source, read }: UsageSource, subject: UsageSubject, now: Date): Promise<UsageSignal[]> {
  try {
    const verdict = await read(context, subject, now);
    return verdict === undefined ? [] : [{ source, ...verdict }];
  } catch (error) {
    return [{ source, verdict: 'unknown', evidence: `AWS did not answer: ${reasonOf(error)}` }];
  }
}
