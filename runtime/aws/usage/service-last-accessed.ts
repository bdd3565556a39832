import {
  GenerateServiceLastAccessedDetailsCommand, GetServiceLastAccessedDetailsCommand, GetServiceLastAccessedDetailsCommandOutput,
} from '@aws-sdk/client-iam';
import { UsageContext, UsageSource } from './source';
import { verdictOn } from '../../model/usage';

const LOOKS = 15;
const LOOK_EVERY_MS = 1_000;

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
  async read(context, { principal: { roleArn: Arn }, idleDays }, now) {
    const { JobId } = await context.iam.send(new GenerateServiceLastAccessedDetailsCommand({ Arn }));
    const dates = await reported(context, JobId);
    return dates === undefined ? { verdict: 'unknown', evidence: 'IAM did not complete its report' } : verdictOn(dates, idleDays, now);
  },
};

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
