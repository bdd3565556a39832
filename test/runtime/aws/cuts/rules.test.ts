import { AgentAccount, OTHER_ROLE, ROLE } from './agent';
import { rules } from '../../../../runtime/aws/cuts/rules';

test('disables rules that act with the agent\'s role or invoke its functions, on any bus, and enables them again', async () => {
  const account = new AgentAccount();
  const { compute } = account;
  const mine = compute.function('mine', ROLE);
  const target = (Arn: string, RoleArn?: string) => ({ targets: [{ Arn: 'arn:one' }, { Arn: 'arn:two' }, { Arn, ...(RoleArn === undefined ? {} : { RoleArn }) }], state: 'ENABLED' });
  compute.rules.set('with-role', target('arn:aws:states:::machine', ROLE));
  compute.rules.set('orders|of-alias', target(`${mine}:live`));
  compute.rules.set('off', { ...target(mine), state: 'DISABLED' });
  compute.rules.set('others', target('arn:aws:states:::machine', OTHER_ROLE));
  const before = compute.snapshot();

  const changes = await account.cut(rules);
  expect(changes.map(({ id }) => id)).toEqual(['with-role', 'orders|of-alias']);
  expect(compute.on()).toEqual(['mine', 'others']);
  await account.restore(rules, changes);
  expect(compute.snapshot()).toEqual(before);
});
