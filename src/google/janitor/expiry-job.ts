import { Construct } from 'constructs';
import { Janitor } from './janitor';
import { Expiry } from '../../core';
import { fromExpiry } from '../access/expiry-condition';
import { replaceWith } from '../cdktf';
import { CloudSchedulerJob, ServiceAccountIamMember } from '../provider';

interface ExpiryJobProps {
  readonly janitor: Janitor;
  /** Full name and unique id of the account, known at deployment. */
  readonly serviceAccountId: string;
  readonly uniqueId: string;
  /** The full name as a literal. */
  readonly accountName: string;
  readonly name: string;
  readonly agentName: string;
  readonly expires: Expiry;
  readonly address: string;
  /** Address of the resource whose destruction removes all grants on the account. */
  readonly lifecycle: string;
}

/**
 * Disables the account at the agent's end. Cron has no years, so the job also runs in earlier years. The janitor's own grant begins at the end, so
 * IAM denies it until then.
 */
export function endAtExpiry(scope: Construct, props: ExpiryJobProps): void {
  const { janitor, serviceAccountId, uniqueId, accountName, name, agentName, expires, address, lifecycle } = props;
  const grant = new ServiceAccountIamMember(scope, 'ExpiryGrant', {
    serviceAccountId, role: janitor.roleName, member: janitor.member, condition: fromExpiry(expires),
  });
  grant.overrideLogicalId(address);
  grant.dependsOn = [lifecycle];
  replaceWith(grant, `${lifecycle}.id`, janitor.uniqueId);
  const job = new CloudSchedulerJob(scope, 'ExpiryJob', {
    ...janitor.job(name, cron(expires), `Disables ${agentName} at ${expires.iso}`),
    httpTarget: { uri: `https://iam.googleapis.com/v1/projects/${janitor.project}/serviceAccounts/${uniqueId}:disable`, ...janitor.asJanitor({}) },
  });
  job.overrideLogicalId(address);
  job.dependsOn = [`google_service_account_iam_member.${address}`];
  janitor.watch({ account: accountName, expires: expires.iso });
}

/** The first full minute at or after the end. */
export function cron(expires: Expiry): string {
  const at = new Date(Math.ceil(expires.epochSeconds / 60) * 60_000);
  return `${at.getUTCMinutes()} ${at.getUTCHours()} ${at.getUTCDate()} ${at.getUTCMonth() + 1} *`;
}
