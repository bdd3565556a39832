import {
  AccessAdvisorUsageGranularityType, GenerateServiceLastAccessedDetailsCommand, GetServiceLastAccessedDetailsCommand,
  GetServiceLastAccessedDetailsCommandOutput, ServiceLastAccessed,
} from '@aws-sdk/client-iam';
import { IdentityContext } from '../principals';

export interface UsageContext extends IdentityContext {
  now(): Date;
  /** Waits before it checks again whether IAM's report is complete. */
  pause(milliseconds: number): Promise<void>;
}

const LOOKS = 15;
const LOOK_EVERY_MS = 1_000;

/** IAM's report of the last use of each service, and of the actions that it tracks if asked. Undefined if it is not complete in time, or has failed. */
export async function lastAccessedReport(
  { iam, pause }: UsageContext, Arn: string, Granularity: AccessAdvisorUsageGranularityType = 'SERVICE_LEVEL',
): Promise<ServiceLastAccessed[] | undefined> {
  const { JobId } = await iam.send(new GenerateServiceLastAccessedDetailsCommand({ Arn, Granularity }));
  const services: ServiceLastAccessed[] = [];
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
    services.push(...page.ServicesLastAccessed ?? []);
    if (page.IsTruncated !== true) {
      return services;
    }
    Marker = page.Marker;
    look = 0;
  }
  return undefined;
}
