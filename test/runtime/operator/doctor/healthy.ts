import { PlainCalls } from '../../../../runtime/aws/plain-calls';
import { Connection } from '../../../../runtime/operator';
import { NOW } from '../../engine/decision/requests';
import { named } from '../../ledger/memory-table';

interface Command { readonly constructor: { readonly name: string }; readonly input: Record<string, unknown> }
type Reply = unknown | Error;

export const TOPIC = 'arn:aws:sns:eu-west-1:111122223333:alarms';
const subscriptions = (...arns: string[]): string =>
  `<ListSubscriptionsByTopicResponse><ListSubscriptionsByTopicResult><Subscriptions>${arns.map((arn) => `<member><TopicArn>t</TopicArn><SubscriptionArn>${arn}</SubscriptionArn></member>`).join('')}</Subscriptions></ListSubscriptionsByTopicResult></ListSubscriptionsByTopicResponse>`;
export const CONFIRMED = subscriptions('PendingConfirmation', `${TOPIC}:1`);
export const PENDING = subscriptions('PendingConfirmation', 'Deleted');

export const alarm = (id: string, { actions = [TOPIC], enabled = true, state = 'OK' } = {}): string =>
  `<member><Dimensions><member><Name>registry</Name></member></Dimensions><ActionsEnabled>${enabled}</ActionsEnabled><AlarmActions>${actions.map((one) => `<member>${one}</member>`).join('')}</AlarmActions><OKActions/><AlarmName>agents-nhi-${id}</AlarmName><StateValue>${state}</StateValue></member>`;
export const alarmPage = (alarms: readonly string[], next?: string): string =>
  `<?xml version="1.0"?><DescribeAlarmsResponse xmlns="x"><DescribeAlarmsResult><MetricAlarms>${alarms.join('')}</MetricAlarms>${next === undefined ? '' : `<NextToken>${next}</NextToken>`}</DescribeAlarmsResult></DescribeAlarmsResponse>`;

export const TRAIL = { TrailARN: 'arn:aws:cloudtrail:eu-west-1:111122223333:trail/all', HomeRegion: 'eu-west-1', IsMultiRegionTrail: true };
export const missing = (name = 'ResourceNotFoundException'): Error => named(name, 'there is none');
const template = (properties: object): string => JSON.stringify({ Resources: { Check: { Type: 'Custom::LifecycleRegistryDeletionCheck', Properties: properties } } });
export const templateOf = (SchemaVersion: unknown, Registry = 'agents') => ({ TemplateBody: template({ SchemaVersion, Registry }) });

/** What the services respond about a registry of which all is well, by call. A test replaces one. */
export function healthy(): Record<string, Reply> {
  return {
    'DescribeStackResources': { StackResources: [{ StackId: 'arn:stack/Registry', StackName: 'Registry' }] },
    'DescribeStacks arn:stack/Registry': { Stacks: [{ StackName: 'Registry', StackStatus: 'UPDATE_COMPLETE', EnableTerminationProtection: true }] },
    'GetTemplate': templateOf('4'),
    'ListExecutions': { executions: [{ name: 'three', status: 'RUNNING' }, { name: 'two', status: 'SUCCEEDED', stopDate: new Date(NOW.getTime() - 3_600_000) }, { name: 'one', status: 'FAILED' }] },
    'GetObjectLockConfiguration': { ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled', Rule: { DefaultRetention: { Mode: 'COMPLIANCE', Days: 400 } } } },
    'scheduler schedules/agents-nhi-agenda': { State: 'ENABLED', ScheduleExpression: 'rate(60 minutes)', CreationDate: 1_700_000_000 },
    'scheduler schedules/agents-nhi-digest': { State: 'ENABLED' },
    'lambda 2015-03-31/functions/agents-nhi-notifications/configuration': { Environment: { Variables: { NOTIFICATIONS: JSON.stringify({ channel: { kind: 'mail', from: 'nhi@example.com' } }) } } },
    'lambda 2015-03-31/functions/agents-nhi-sponsors/configuration': { Environment: { Variables: {} } },
    'lambda 2015-03-31/functions/agents-nhi-sponsors/invocations': [{ email: 'nhi-doctor@example.invalid', status: 'unknown', evidence: 'no such user' }],
    'email v2/email/identities/nhi@example.com': missing('NotFoundException'),
    'email v2/email/identities/example.com': { VerifiedForSendingStatus: true },
    'email v2/email/account': { ProductionAccessEnabled: true, SendingEnabled: true },
    'monitoring DescribeAlarms': alarmPage([alarm('SweepFailed')], 'more'),
    'monitoring DescribeAlarms more': alarmPage([alarm('SweepOverdue')]),
    [`sns ListSubscriptionsByTopic ${TOPIC}`]: CONFIRMED,
    'cloudTrail DescribeTrails us-east-1': { trailList: [TRAIL] },
    'cloudTrail DescribeTrails eu-west-1': { trailList: [TRAIL] },
    'cloudTrail GetTrailStatus eu-west-1': { IsLogging: true },
    'cloudTrail GetEventSelectors eu-west-1': { EventSelectors: [{ IncludeManagementEvents: true, ReadWriteType: 'All' }] },
    'sqs': { ApproximateNumberOfMessages: '0' },
  };
}

/** A connection whose services respond so. */
export function connectionWith(replies: Record<string, Reply>, asked: string[] = []): Connection {
  const reply = async (call: string): Promise<never> => {
    asked.push(call);
    if (!(call in replies)) {
      throw named('AccessDeniedException', `no ${call}`);
    }
    const found = replies[call];
    if (found instanceof Error) {
      throw found;
    }
    return found as never;
  };
  const client = { send: async ({ constructor: { name }, input }: Command) => reply([name.replace(/Command$/, ''), ...(name === 'DescribeStacksCommand' ? [input.StackName] : [])].join(' ')) };
  const plain: Pick<PlainCalls, 'rest' | 'query' | 'cloudTrail' | 'queueAttributes'> = {
    rest: (service, path) => reply(`${service} ${path.join('/')}`),
    query: (service, action, { TopicArn, NextToken }) => reply([service, action, TopicArn ?? NextToken].filter((part) => part !== undefined).join(' ')),
    cloudTrail: (action, _input, region) => reply(`cloudTrail ${action} ${region}`),
    queueAttributes: () => reply('sqs'),
  };
  return {
    registry: 'agents',
    partition: 'aws',
    account: '111122223333',
    region: 'eu-west-1',
    bucket: 'agents-nhi-evidence',
    table: { name: 'agents-nhi-ledger' },
    ledger: { fleet: { count: async () => 7 } },
    cloudFormation: client,
    stateMachine: client,
    s3: client,
    plain,
  } as unknown as Connection;
}
