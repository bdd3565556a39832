import { AgentAccount, OTHER_ROLE, ROLE } from './agent';
import { ecsServices } from '../../../../runtime/aws/cuts/ecs-services';
import { ecsTasks } from '../../../../runtime/aws/cuts/ecs-tasks';

let account: AgentAccount;
beforeEach(() => {
  account = new AgentAccount();
  const { virtual } = account.compute;
  virtual.family('bot', ROLE);
  virtual.family('other', OTHER_ROLE);
});
const machines = () => account.compute.virtual;

describe('services', () => {
  test('of the agent get a desired count of 0, in any cluster, and get back what they had', async () => {
    const bot = machines().service('bot', { cluster: 'main', family: 'bot', desired: 3 });
    machines().service('off', { cluster: 'main', family: 'bot', desired: 0 });
    const other = machines().service('other', { cluster: 'main', family: 'other', desired: 2 });
    // One of another stack: its tasks show that it runs the agent's.
    const elsewhere = machines().service('elsewhere', { cluster: 'second', family: 'bot', desired: 1 });
    account.compute.elsewhere.add(elsewhere);
    const before = account.compute.snapshot();

    const changes = await account.cut(ecsServices);

    expect(changes).toEqual([{ id: bot, was: '3' }, { id: elsewhere, was: '1' }]);
    expect(machines().on()).toEqual([other]);
    expect(await account.on(ecsServices)).toEqual([]);
    await account.restore(ecsServices, changes);
    expect(account.compute.snapshot()).toEqual(before);
  });

  test('are left alone if somebody gave them another count since, or deleted them', async () => {
    const [kept, deleted] = ['kept', 'deleted'].map((name) => machines().service(name, { cluster: 'main', family: 'bot', desired: 2 }));
    const changes = await account.cut(ecsServices);
    machines().services.get(kept)!.desired = 5;
    machines().services.delete(deleted);
    await account.restore(ecsServices, changes);
    expect([...machines().services.values()].map(({ desired }) => desired)).toEqual([5]);
  });

  test('with one task on each instance have no such count: the reason is what remains', async () => {
    const daemon = machines().service('daemon', { cluster: 'main', family: 'bot', desired: 1, daemon: true });
    await expect(ecsServices.apply(account.context, daemon, account.holdings())).rejects.toThrow(/one task on each instance.*delete the service/);
    expect(await account.on(ecsServices)).toEqual([daemon]);
  });
});

describe('tasks', () => {
  test('that no service runs are stopped, wherever they run, and can\'t be put back', async () => {
    const [one, two] = ['main', 'second'].map((cluster) => machines().task(`one-of-${cluster}`, { cluster, family: 'bot' }));
    const three = ['a', 'b', 'c'].map((id) => machines().task(id, { cluster: 'main', family: 'bot' }));
    const others = [
      machines().task('other', { cluster: 'main', family: 'other' }),
      // It was started with another role.
      machines().task('overridden', { cluster: 'main', family: 'bot', role: OTHER_ROLE }),
    ];
    const changes = await account.cut(ecsTasks);
    expect(changes).toEqual([one, ...three, two].map((id) => ({ id, was: null })));
    expect(machines().on()).toEqual(others);
    expect(ecsTasks.restore).toBeUndefined();
  });

  test('of a service are left to its desired count', async () => {
    machines().service('bot', { cluster: 'main', family: 'bot', desired: 2 });
    expect(await account.on(ecsTasks)).toEqual([]);
  });
});

test('an agent whose stack has no task definition costs ECS no call', async () => {
  const calls: string[] = [];
  const bare = new AgentAccount();
  bare.compute.virtual.disturb = (call) => void calls.push(call);
  expect([await bare.on(ecsTasks), await bare.on(ecsServices)]).toEqual([[], []]);
  expect(calls).toEqual([]);
});
