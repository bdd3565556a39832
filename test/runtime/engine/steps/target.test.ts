import { decide } from '../../../../runtime/engine/decision/decide';
import { targetOf } from '../../../../runtime/engine/steps/target';
import { PlacementState } from '../../../../runtime/model/placement-state';
import { NOTHING_TO_DO } from '../../../../runtime/model/plan';
import { Join, LifecycleRequest } from '../../../../runtime/model/request';
import { after, during, principal, request } from '../decision/requests';
import { World } from '../world';

const JOINED: PlacementState = after(undefined, decide(undefined, request('Create', 'P') as LifecycleRequest<Join>, during('CREATE_IN_PROGRESS')));
const LEAVING: PlacementState = { ...JOINED, status: 'leaving', principals: { P: { ...JOINED.principals.P, status: 'retiring' } } };

test.each([
  ['of the same name', 'S', true], ['of another name', 'Q', false],
])('in a leave that a join finishes, the ARN of the old principal may belong to a new one %s', async (_what, name, isArnTaken) => {
  const plan = { ...NOTHING_TO_DO, transition: 'join' as const, retire: ['P'], scope: 'agent' as const };
  const loaded = { request: request('Create', name), stored: { request: request('Create', name) }, plan, state: LEAVING, answered: false };
  const { dead } = await targetOf(new World().fake.engine, loaded as never, LEAVING);
  expect(dead).toEqual([{ roleArn: principal('P').roleArn, roleId: 'P', roleName: 'invoice-bot-test', isArnTaken }]);
});

test('in a leave by a deletion nobody has it', async () => {
  const plan = { ...NOTHING_TO_DO, transition: 'leave' as const, retire: ['P'], scope: 'agent' as const };
  const { dead } = await targetOf(new World().fake.engine, { request: request('Delete', 'P'), plan, state: LEAVING } as never, LEAVING);
  expect(dead).toMatchObject([{ roleId: 'P', isArnTaken: false }]);
});
