import { sendResponse } from '../../../../runtime/aws/cloudformation/response';
import { respondToCloudFormation } from '../../../../runtime/engine/responders/cloudformation';
import { LifecycleRequest } from '../../../../runtime/model/request';
import { request } from '../decision/requests';
import { FakeEngine } from '../fake-engine';
import { RESPONSE_URL } from '../wire';

jest.mock('../../../../runtime/aws/cloudformation/response', () => ({
  ...jest.requireActual<object>('../../../../runtime/aws/cloudformation/response'),
  sendResponse: jest.fn(async () => 'taken'),
}));

const join = request('Create', 'P');

test.each<[string, LifecycleRequest, string, string]>([
  ['a failed update keeps its physical id, so that CloudFormation cleans nothing up', request('Update', 'Q', { at: 'P' }), 'StageUnknown', 'invoice-bot/test/P'],
  ['a failed delete keeps its physical id', request('Delete', 'P'), 'TeardownIncomplete', 'invoice-bot/test/P'],
  ['a refused create has an id that says so', join, 'StageUnknown', `refused/${join.requestId}`],
  ['a create that may have changed something has the id of its principal', request('Create', 'P'), 'TransitionEnded', 'invoice-bot/test/P'],
])('%s', async (_what, asked, code, PhysicalResourceId) => {
  const { engine } = new FakeEngine();
  await respondToCloudFormation(engine, { request: asked, stored: { request: asked, responseUrl: RESPONSE_URL }, answered: false }, { answered: 'FAILED', code, message: 'x' });
  expect(sendResponse).toHaveBeenLastCalledWith(expect.anything(), expect.objectContaining({ Status: 'FAILED', PhysicalResourceId }));
});
