import { elements, readXml, textOf, Xml } from '../../../aws/plain-calls';
import { Check, CREATE_AGAIN, error, ok, warning } from '../check';
import { confirmedSubscriptions } from '../subscriptions';

/** The alarms of the registry exist, tell somebody, and are not on. */
export const alarms: Check = {
  name: 'alarms',
  needs: ['cloudwatch:DescribeAlarms', 'sns:ListSubscriptionsByTopic'],
  async look({ connection, names }) {
    const found = await alarmsOf((input) => connection.plain.query('monitoring', 'DescribeAlarms', { AlarmNamePrefix: names.prefix, ...input }));
    if (found.length === 0) {
      return [error(`CloudWatch has no alarm whose name begins with ${names.prefix}`, CREATE_AGAIN)];
    }
    const silent = found.filter(({ actions, isEnabled }) => !isEnabled || actions.length === 0).map(({ name }) => name);
    const topics = [...new Set(found.flatMap(({ actions }) => actions))].filter((arn) => arn.split(':')[2] === 'sns');
    const unheard: string[] = [];
    for (const arn of topics) {
      if (await confirmedSubscriptions(connection, arn) === 0) {
        unheard.push(arn);
      }
    }
    const on = found.filter(({ state }) => state === 'ALARM').map(({ name }) => name);
    return [
      silent.length > 0 ? error(`${silent.length} of ${found.length} alarms tell nobody: ${silent.join(', ')}`, 'set alarmTopic of the registry, or add actions to registry.alarms') : ok(`all ${found.length} alarms have an action`),
      ...unheard.map((arn) => error(`alarms go to ${arn}, and nobody has confirmed a subscription of it`, 'subscribe somebody to the topic, and confirm it')),
      ...(on.length === 0 ? [] : [warning(`in alarm now: ${on.join(', ')}`, 'the table of alarms in the guide for operators says what to do')]),
    ];
  },
};

interface Alarm {
  readonly name: string;
  readonly state?: string;
  readonly isEnabled: boolean;
  readonly actions: readonly string[];
}

async function alarmsOf(page: (input: Record<string, string>) => Promise<string>): Promise<Alarm[]> {
  const all: Alarm[] = [];
  let token: string | undefined;
  do {
    const [result] = elements(readXml(await page(token === undefined ? {} : { NextToken: token })), 'DescribeAlarmsResult');
    all.push(...membersOf(result, 'MetricAlarms').map((alarm) => ({
      name: textOf(alarm, 'AlarmName') ?? '',
      state: textOf(alarm, 'StateValue'),
      isEnabled: textOf(alarm, 'ActionsEnabled') === 'true',
      actions: membersOf(alarm, 'AlarmActions').map(({ text }) => text.trim()),
    })));
    token = textOf(result, 'NextToken');
  } while (token !== undefined && token !== '');
  return all;
}

function membersOf({ children }: Xml, name: string): readonly Xml[] {
  return children.filter((child) => child.name === name).flatMap((list) => list.children);
}
