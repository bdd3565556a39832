import { Finding, ShownItem } from '../certification';
import { ReviewCause, Verdict } from '../model/review';

/** What services are called by people who don't read policies. A service that is missing is called by its prefix. */
const SERVICES: Readonly<Record<string, string>> = {
  '*': 'Actions of any service',
  'athena': 'Queries of stored data (Athena)',
  'bedrock': 'AI models (Bedrock)',
  'bedrock-agentcore': 'AI agent runtime (AgentCore)',
  'cloudwatch': 'Metrics (CloudWatch)',
  'dynamodb': 'Database tables (DynamoDB)',
  'ec2': 'Servers and networks (EC2)',
  'events': 'Event buses (EventBridge)',
  'glue': 'Data catalogue and jobs (Glue)',
  'iam': 'Identities and permissions (IAM)',
  'kms': 'Encryption keys (KMS)',
  'lambda': 'Functions (Lambda)',
  'logs': 'Logs (CloudWatch Logs)',
  'rds-data': 'Database queries (RDS)',
  's3': 'Files (S3)',
  'secretsmanager': 'Secrets and passwords (Secrets Manager)',
  'ses': 'Sending mail (SES)',
  'sns': 'Notifications (SNS)',
  'sqs': 'Message queues (SQS)',
  'ssm': 'Settings (Systems Manager)',
  'states': 'Workflows (Step Functions)',
  'sts': 'Acting as other identities (STS)',
};

export function serviceName(service: string): string {
  return SERVICES[service] ?? service;
}

export const FINDINGS: Readonly<Record<Finding, string>> = {
  'unused': 'Allowed, but not used.',
  'granted-not-declared': 'Allowed in AWS, but not in the agent\'s code.',
  'declared-not-granted': 'In the agent\'s code, but not allowed in AWS.',
  'wider-than-peers': 'Few other agents in this stage have it.',
};

export const CAUSES: Readonly<Record<ReviewCause, string>> = {
  'interval': 'it is reviewed at regular intervals',
  'campaign': 'all agents of a campaign are reviewed',
  'moved': 'it moved to another stage',
  'sponsor-changed': 'another person became accountable for it',
  'sponsor-lapsed': 'who was accountable for it has left',
  'drift-found': 'its permissions were changed outside of its code',
  'orphan-found': 'something of it was left behind',
};

/** What a reviewer can choose. What it means is said by the engine, which records it. */
export const CHOICES: Readonly<Record<Verdict, string>> = {
  'keep': 'Keep: the agent still needs the chosen services',
  'reduce': 'Remove access: deny the chosen services at once',
  'restore': 'Give back what an earlier review denied',
  'request-change': 'Ask for a change of the agent\'s code',
  'transfer': 'Somebody else should be accountable',
  'accept': 'Accept: I am accountable from now on',
  'decline': 'Decline: I am not the right person',
  'leave': 'Remove the agent: it is not needed any more',
};

const DAY_MS = 86_400_000;

/** How an item was used, as a tag. */
export function useOf({ use: { verdict, lastUsedAt } }: Pick<ShownItem, 'use'>, now: Date): string {
  if (verdict === 'used' && lastUsedAt !== undefined) {
    const days = Math.floor((now.getTime() - Date.parse(lastUsedAt)) / DAY_MS);
    return days <= 0 ? 'Used today' : `Used ${days === 1 ? 'yesterday' : `${days} days ago`}`;
  }
  return { used: 'Used', unused: 'Not used', unknown: 'Use not known' }[verdict];
}

/** An instant as people read it. */
export function day(instant: string): string {
  const at = Date.parse(instant);
  return Number.isNaN(at) ? instant
    : new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' }).format(at).concat(' UTC');
}

/** How far an instant is away. */
export function distance(instant: string, now: Date): string {
  const days = Math.ceil((Date.parse(instant) - now.getTime()) / DAY_MS);
  return days < 0 ? `${-days} days ago` : days === 0 ? 'now' : days === 1 ? 'within a day' : `in ${days} days`;
}
