import { declaredFor, PLACEMENT } from './decision/requests';
import { FakeRole } from './fake-iam';
import { World } from './world';
import { delegatesOf } from '../../../runtime/engine/delegates';
import { PlacementState } from '../../../runtime/model/placement-state';
import { refOf } from '../aws/wipers/account';
import { named } from '../ledger/memory-table';

jest.mock('../../../runtime/aws/cloudformation/response', () => jest.requireActual<typeof import('./mailbox')>('./mailbox').responsesToMailbox());

const CUT = 'nhi-cut-invoice-bot';

/** What the ledger knows of other agents: a principal each, and to whom they delegate. */
function others(world: World, delegations: Readonly<Record<string, readonly string[]>>, former: readonly string[] = []): Record<string, FakeRole> {
  const { engine: { ledger }, iam } = world.fake;
  const roles = Object.fromEntries(Object.keys(delegations).map((name) => [name, iam.createRole(name)]));
  const state = ledger.state.bind(ledger);
  jest.spyOn(ledger, 'state').mockImplementation(async (placement) => {
    const role = roles[placement.agentName];
    return role === undefined ? state(placement) : {
      placement,
      status: 'active',
      present: role.roleId,
      principals: { [role.roleId]: { ...refOf(role), status: 'live', cutBeforeGrant: true } },
      declared: { sponsor: declaredFor('P').sponsor, delegates: delegations[placement.agentName], ...(former.includes(placement.agentName) ? {} : { isDelegate: true }) },
    } as unknown as PlacementState;
  });
  return roles;
}

describe('A delegates to B, and B to C', () => {
  async function chain(): Promise<{ world: World; roles: Record<string, FakeRole> }> {
    const world = new World();
    const roles = others(world, { payer: ['archiver'], archiver: [], stranger: ['payer'] });
    await world.stack.deploy('production', { delegates: ['payer'] });
    return { world, roles };
  }
  const cuts = (roles: Record<string, FakeRole>) => Object.entries(roles).filter(([, { inline }]) => inline.has(CUT)).map(([name]) => name);

  test('a suspension of A denies its sessions with B and with C, which A doesn\'t name; a resumption ends that', async () => {
    const { world, roles } = await chain();
    expect((await world.state())!.declared.delegates).toEqual(['payer']);

    expect(await world.ask({ kind: 'suspend', reason: 'Its key was seen' })).toMatchObject({ output: { answered: 'SUCCESS' } });

    expect(cuts(roles)).toEqual(['payer', 'archiver']);
    const recorded = (await world.state())!.suspension?.cuts?.find(({ name }) => name === 'delegated-sessions');
    expect(recorded).toMatchObject({ changes: [{ id: `invoice-bot-payer/${CUT}` }, { id: `invoice-bot-archiver/${CUT}` }], confirmedAt: expect.any(String) });

    expect(await world.ask({ kind: 'resume', reason: 'It was a test key' })).toMatchObject({ output: { answered: 'SUCCESS' } });
    expect(cuts(roles)).toEqual([]);
  });

  test('the sessions are not denied before the agent is, and B and C themselves never', async () => {
    const { world, roles } = await chain();
    await world.ask({ kind: 'suspend', reason: 'Its key was seen' });

    const writes = world.fake.iam.calls.filter((call) => /^Put/.test(call));
    expect(writes[0]).toBe('PutRolePermissionsBoundary invoice-bot-production');
    expect(roles.payer.boundary).toBeUndefined();
    expect([...roles.payer.inline.keys()]).toEqual([CUT]);
  });

  test('a leave denies the sessions that are open, and says so in the certificate', async () => {
    const { world, roles } = await chain();
    await world.stack.remove();

    expect(cuts(roles)).toEqual(['payer', 'archiver']);
    expect(roles.payer.inline.get(CUT)).toContain('aws:TokenIssueTime');
    expect(JSON.stringify(world.certificates())).toContain('role/invoice-bot-archiver/delegated-sessions/invoice-bot');
    expect(world.certificates()[0].receipt).toMatchObject({ grants: { delegates: ['payer'] }, dependants: { agents: [{ agentName: 'payer', relation: 'serves', sponsor: 'ada@example.com' }] } });
  });

  test('a role to which nobody delegates any more is left alone, and those after it are not', async () => {
    const world = new World();
    const roles = others(world, { payer: ['archiver'], archiver: [] }, ['payer']);
    await world.stack.deploy('production', { delegates: ['payer'] });
    await world.stack.remove();
    expect(cuts(roles)).toEqual(['archiver']);
  });

  test('during a move of the delegate, its former role is as it was declared then', async () => {
    const one = async (previous: object) => {
      const payer = { placement: PLACEMENT, declared: {}, pending: { from: 'AROA8', previous }, principals: { AROA8: { roleId: 'AROA8', status: 'live' } } };
      const ledger = { state: async () => payer } as unknown as Parameters<typeof delegatesOf>[0]['ledger'];
      return (await delegatesOf({ ledger }, { placement: PLACEMENT, declared: { delegates: ['payer'] } } as unknown as PlacementState)).length;
    };
    expect([await one({ isDelegate: true }), await one({})]).toEqual([1, 0]);
  });

  test('a Deny that can\'t be written is named, and keeps no other from being written', async () => {
    const { world, roles } = await chain();
    let written = 0;
    world.fake.disturb((call, moment) => {
      // After the denial of the agent's own principal, and that of one delegate.
      if (call === 'iam:PutRolePolicy' && moment === 'before' && ++written === 3) {
        throw named('AccessDenied', 'no statement allows it');
      }
    });
    await world.ask({ kind: 'suspend', reason: 'Its key was seen' });
    world.fake.disturb(() => undefined);
    const { rest } = (await world.state())!.suspension!.cuts!.find(({ name }) => name === 'delegated-sessions')!;
    expect(rest).toHaveLength(1);
    expect(cuts(roles)).toHaveLength(1);

    await world.ask({ kind: 'suspend', reason: 'The permission was given back' });
    expect(cuts(roles)).toEqual(['payer', 'archiver']);
  });
});

describe('the delegates of an agent', () => {
  const found = async (own: Partial<PlacementState>, delegations: Readonly<Record<string, readonly string[]>>): Promise<string[]> => {
    const world = new World();
    others(world, delegations);
    const all = await delegatesOf(world.fake.engine, { placement: PLACEMENT, declared: {}, ...own } as PlacementState);
    return all.map(({ stage }) => stage);
  };
  const delegating = (...delegates: string[]) => ({ declared: { delegates } }) as unknown as PlacementState;

  test.each<[string, Partial<PlacementState>, Record<string, readonly string[]>, string[]]>([
    ['none', {}, { payer: [] }, []],
    ['those it names, and theirs, each once', delegating('a', 'b'), { a: ['c'], b: ['c'], c: ['d'], d: [] }, ['a', 'b', 'c', 'd']],
    ['no end of a circle, which only a foreign template can declare', delegating('a'), { a: ['b'], b: ['a', 'invoice-bot'] }, ['a', 'b']],
    ['five hops at most, as far as a session gets', delegating('a'), { a: ['b'], b: ['c'], c: ['d'], d: ['e'], e: ['f'], f: [] }, ['a', 'b', 'c', 'd', 'e']],
    ['during a move, those of the former stage too', { ...delegating('a'), pending: { previous: { delegates: ['b'] } } as never }, { a: [], b: [] }, ['a', 'b']],
    ['not one that the ledger doesn\'t know', delegating('a', 'unknown'), { a: [] }, ['a']],
  ])('%s', async (_which, own, delegations, expected) => {
    expect(await found(own, delegations)).toEqual(expected);
  });
});
