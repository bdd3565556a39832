import { lastAccessedReport } from './last-accessed-report';
import { reaching } from '../principals';
import { UsageSource } from './source';
import { verdictOn } from '../../model/usage';

/**
 * IAM's report of services that the role accessed. It covers 400 days, is up to four hours late, and counts attempts that were denied. IAM throttles these
 * calls first. https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed.html
 */
export const serviceLastAccessed: UsageSource = {
  name: 'service last accessed',
  needs: [
    { sid: 'JudgeUse', actions: ['iam:GenerateServiceLastAccessedDetails'], resources: ['arn:{partition}:iam::{account}:role{path}*'] },
    // It supports no resources.
    { sid: 'ReadReportsOfUse', actions: ['iam:GetServiceLastAccessedDetails'], resources: ['*'] },
  ],
  async read(context, { principal, idleDays }, now) {
    const dates = (await lastAccessedReport(reaching(context, principal), principal.roleArn))?.flatMap(({ LastAuthenticated: used }) => used ?? []);
    return dates === undefined ? { verdict: 'unknown', evidence: 'IAM did not complete its report' } : verdictOn(dates, idleDays, now);
  },
};
