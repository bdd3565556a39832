import { declaredDependants, dependantLine, livingDependants } from '../../../runtime/model/dependants';
import { PlacementState } from '../../../runtime/model/placement-state';
import { callerIn, callerText } from '../../../src/contract/callers';
import { leaving } from '../evidence/left';

const ROLE = 'arn:aws:iam::111122223333:role';
const access = (trusted: readonly string[]) => ({ ...leaving().declared.access!, trusted });
const stateOf = (agentName: string, changes: Partial<PlacementState> = {}): PlacementState => ({ ...leaving(), placement: { account: '111122223333', agentName }, status: 'active', ...changes });

test('a caller is read as it was written, and nothing else is one', () => {
  for (const relation of ['invokes', 'delegates', 'reads'] as const) {
    expect(callerIn(callerText({ agentName: 'planner', relation }))).toEqual({ agentName: 'planner', relation });
  }
  expect(['Agent p (invokes)', 'Agent planner', 'Agent pla nner (invokes)', 'AWS Agent planner (invokes)', 'Agent planner (owns)', 'Service lambda.amazonaws.com'].map(callerIn)).toEqual(Array(6).fill(undefined));
});

test('a declaration names callers, agents that it delegates to, and principals of AWS', () => {
  expect(declaredDependants({
    access: access(['Agent planner (delegates)', 'Agent planner (invokes)', `AWS ${ROLE}/Ops`, 'AWS 444455556666', 'AWS {"Fn::GetAtt":["X","Arn"]}', 'AWS *', 'Federated x', 'Service lambda.amazonaws.com']),
    delegates: ['payer'],
  })).toEqual({
    agents: [{ agentName: 'planner', relation: 'delegates' }, { agentName: 'planner', relation: 'invokes' }, { agentName: 'payer', relation: 'serves' }],
    principals: [`${ROLE}/Ops`, '444455556666'],
  });
  expect(declaredDependants({})).toEqual({ agents: [], principals: [] });
});

test('only those that live depend on it, each is looked up once, and the roles of agents are no other principals', async () => {
  const asked: string[] = [];
  const known: Readonly<Record<string, PlacementState>> = { planner: stateOf('planner'), buyer: stateOf('buyer', { status: 'left' }) };
  const [{ roleArn }] = Object.values(known.planner.principals);
  const state = stateOf('invoice-bot', { declared: { ...leaving().declared, access: access(['Agent buyer (invokes)', 'Agent ghost (invokes)', 'Agent planner (delegates)', 'Agent planner (invokes)', `AWS ${roleArn}`, `AWS ${ROLE}/Ops`]) } });

  const found = await livingDependants(state, async (agentName) => {
    asked.push(agentName);
    return known[agentName];
  });

  expect(found.agents.map(({ agentName, relation }) => `${agentName} ${relation}`)).toEqual(['planner delegates', 'planner invokes']);
  expect(found.principals).toEqual([`${ROLE}/Ops`]);
  expect(asked.sort()).toEqual(['buyer', 'ghost', 'planner']);
  expect(found.agents.map(dependantLine)).toEqual(['agent planner delegates to it; its sponsor is ada@example.com', 'agent planner may invoke it; its sponsor is ada@example.com']);
});
