import { Construct } from 'constructs';
import { Janitor } from './janitor';
import { Expiry } from '../../core';
import { fromExpiry } from '../access/expiry-condition';
import { CloudSchedulerJob, ServiceAccountIamMember } from '../provider';

export interface ExpiryJobProps {
  readonly janitor: Janitor;
  /** Full name and unique id of the account, known at deployment. */
  readonly serviceAccountId: string;
  readonly uniqueId: string;
  /** The full name, written out. */
  readonly accountName: string;
  readonly name: string;
  readonly agentName: string;
  readonly expires: Expiry;
  readonly address: string;
}

/**
 * Disables the account at the agent's end. Cron knows no years, so the job also knocks in the years before: the janitor's own grant begins at the end, and
 * IAM turns it away until then.
 */
export function endAtExpiry(scope: Construct, props: ExpiryJobProps): void {
  const { janitor, serviceAccountId, uniqueId, accountName, name, agentName, expires, address } = props;
  const grant = new ServiceAccountIamMember(scope, 'ExpiryGrant', {
    serviceAccountId, role: janitor.roleName, member: janitor.member, condition: fromExpiry(expires),
  });
  grant.overrideLogicalId(address);
  const job = new CloudSchedulerJob(scope, 'ExpiryJob', {
    ...janitor.job(name, cron(expires), `Disables ${agentName} at ${expires.iso}`),
    httpTarget: { uri: `https://iam.googleapis.com/v1/projects/${janitor.project}/serviceAccounts/${uniqueId}:disable`, ...janitor.asJanitor({}) },
  });
  job.overrideLogicalId(address);
  job.dependsOn = [`google_service_account_iam_member.${address}`];
  janitor.watch({ account: accountName, expires: expires.iso });
}

/** The first full minute that is not before the end. */
export function cron(expires: Expiry): string {
  const at = new Date(Math.ceil(expires.epochSeconds / 60) * 60_000);
  return `${at.getUTCMinutes()} ${at.getUTCHours()} ${at.getUTCDate()} ${at.getUTCMonth() + 1} *`;
}
