import { registryPath } from '../../../../runtime/operator/campaign/sources';
import { Connection } from '../../../../runtime/operator/connection';

type Role = readonly [path: string, stage: string, reach?: string];

/** The path as it is found in a fleet of agents with these roles, one page for each agent. */
function pathIn(...fleet: (readonly [agentName: string, ...roles: Role[]])[]): Promise<string> {
  const principalsOf = (agentName: string) => Object.fromEntries(
    fleet.find(([name]) => name === agentName)!.slice(1).map((role, index) => {
      const [path, stage, reach] = role as Role;
      return [`AROA${index}`, { path, stage, ...(reach === undefined ? {} : { reach }) }];
    }));
  const ledger = {
    fleet: {
      rawPage: (_which: string, _limit: number, after = 0) => Promise.resolve({
        items: fleet.slice(after, after + 1).map(([agentName]) => ({ summary: { agentName, account: '111122223333' } })),
        ...(after + 1 < fleet.length ? { last: after + 1 } : {}),
      }),
    },
    state: ({ agentName }: { agentName: string }) => Promise.resolve({ principals: principalsOf(agentName) }),
  };
  return registryPath({ registry: 'agents', ledger } as unknown as Connection);
}

const REACH = 'agents-nhi-reach-0123456789abcdef';

test.each([
  ['/agents/test/', '/agents/'], ['/corp/bots/test/', '/corp/bots/'], ['/corp/bots/test/invoice-bot/', '/corp/bots/'], ['/test/test/', '/test/'],
])('an agent\'s role under %s is in the population under %s', async (path, root) => {
  expect(await pathIn(['invoice-bot', [path, 'test']])).toBe(root);
});

test('the path is not that of an adopted role, which any team may have chosen: roles of the registry would be left out', async () => {
  expect(await pathIn(['a-bot', ['/team/test/', 'test', REACH]], ['b-bot', ['/', 'test', REACH]], ['c-bot', ['/corp/bots/test/', 'test']])).toBe('/corp/bots/');
  expect(await pathIn(['a-bot', ['/team/test/', 'test', REACH], ['/corp/bots/production/', 'production']])).toBe('/corp/bots/');
});

test('without a role of its own, a fleet has the path of the registry\'s name', async () => {
  expect(await pathIn(['a-bot', ['/team/test/', 'test', REACH]])).toBe('/agents/');
  expect(await pathIn()).toBe('/agents/');
});
