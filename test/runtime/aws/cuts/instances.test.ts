import { AgentAccount, OTHER_ROLE, ROLE } from './agent';
import { instances } from '../../../../runtime/aws/cuts/instances';

let account: AgentAccount;
beforeEach(() => (account = new AgentAccount()));
const machines = () => account.compute.virtual;

test('stops instances that hold the agent\'s role by any profile, wherever they are, and starts them again', async () => {
  machines().instance('i-01', 'bot', ROLE);
  machines().instance('i-02', 'by-hand', ROLE);
  machines().instance('i-03', 'bot', ROLE, { state: 'stopped' });
  machines().instance('i-04', 'bot', ROLE, { state: 'terminated' });
  machines().instance('i-05', 'other', OTHER_ROLE);
  const before = account.compute.snapshot();

  const changes = await account.cut(instances);

  // One that was off before isn't started by a resumption.
  expect(changes).toEqual([{ id: 'i-01', was: 'running' }, { id: 'i-02', was: 'running' }]);
  expect(machines().on()).toEqual(['i-05']);
  expect(await account.on(instances)).toEqual([]);
  await account.restore(instances, changes);
  expect(account.compute.snapshot()).toEqual(before);
});

test('leaves alone what somebody started or deleted since', async () => {
  machines().instance('i-01', 'bot', ROLE);
  machines().instance('i-02', 'bot', ROLE);
  const changes = await account.cut(instances);
  machines().instances.get('i-01')!.state = 'running';
  machines().instances.delete('i-02');
  const starts: string[] = [];
  machines().disturb = (call) => void (call === 'ec2:StartInstances' && starts.push(call));
  await account.restore(instances, changes);
  expect(starts).toEqual([]);
});

test('leaves an instance of an Auto Scaling group running, because the group would delete it, and says so', async () => {
  machines().instance('i-01', 'bot', ROLE, { group: 'fleet' });
  await expect(instances.apply(account.context, 'i-01', account.holdings())).rejects.toThrow(/Auto Scaling group fleet.*capacity to 0/);
  expect(machines().instances.get('i-01')!.state).toBe('running');
  expect(await account.on(instances)).toEqual(['i-01']);
});

test('EC2 is not asked about an agent without an instance profile', async () => {
  const calls: string[] = [];
  machines().disturb = (call) => void calls.push(call);
  expect(await account.on(instances)).toEqual([]);
  expect(calls).toEqual([]);
});

test('no instance of others is stopped, even if the filter is not understood', async () => {
  machines().instance('i-01', 'bot', ROLE);
  machines().instance('i-02', 'other', OTHER_ROLE);
  machines().ignoresFilters = true;
  expect(await account.on(instances)).toEqual(['i-01']);
});
