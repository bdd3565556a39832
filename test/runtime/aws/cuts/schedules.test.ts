import { AgentAccount, OTHER_ROLE, ROLE } from './agent';
import { schedules } from '../../../../runtime/aws/cuts/schedules';

test('disables schedules that act with the agent\'s role, with everything else of them as it was, and enables them again', async () => {
  const account = new AgentAccount();
  const { compute } = account;
  compute.schedule('nightly', ROLE, 'arn:target', { GroupName: 'finance', Description: 'Closes the day', ScheduleExpressionTimezone: 'Europe/Berlin', FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 5 } });
  compute.schedule('nightly-2', ROLE, 'arn:target', { State: 'DISABLED' });
  compute.schedule('others', OTHER_ROLE, 'arn:target');
  const before = compute.snapshot();

  const changes = await account.cut(schedules);
  expect(changes).toEqual([{ id: 'finance/nightly', was: 'enabled' }]);
  expect(compute.schedules.get('finance/nightly')).toMatchObject({ State: 'DISABLED', Description: 'Closes the day', ScheduleExpressionTimezone: 'Europe/Berlin' });
  expect(compute.on()).toEqual(['default/others']);
  await account.restore(schedules, changes);
  expect(compute.snapshot()).toEqual(before);
});

test('a schedule of the same name in another group is another one, and counts by its own role', async () => {
  const account = new AgentAccount();
  account.compute.schedule('nightly', ROLE, 'arn:target', { GroupName: 'a' });
  account.compute.schedule('nightly', OTHER_ROLE, 'arn:target', { GroupName: 'b' });
  account.compute.schedule('nightly', ROLE, 'arn:target', { GroupName: 'c' });
  expect([...new Set(await account.on(schedules))]).toEqual(['a/nightly', 'c/nightly']);
});
