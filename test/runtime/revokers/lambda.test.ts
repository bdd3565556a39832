import { ThirdParty } from './third-party';
import { invokeFunction } from '../../../runtime/revokers';

const third = (answers: (action: string) => unknown): ThirdParty => {
  const one = new ThirdParty('lambda', { functionArn: 'arn:fn', subject: 'bot-7' });
  one.functionAnswers = (payload) => answers((payload as { action: string }).action);
  return one;
};

test('asks to look, to revoke, and to check again, and says about whom', async () => {
  let state = 'active';
  const one = third((action) => ({ state: (state = action === 'revoke' ? 'absent' : state) }));
  expect(await one.order('revoke')).toMatchObject({ outcome: 'confirmed', found: 'active', now: 'absent', acted: true });
  const about = { functionArn: 'arn:fn', registry: 'agents', account: '111122223333', agentName: 'invoice-bot', revoker: 'idp', subject: 'bot-7' };
  expect(one.invoked).toEqual(['look', 'revoke', 'look'].map((action) => ({ ...about, action })));
});

test('what it claims about its own work does not count', async () => {
  expect(await third((action) => ({ state: action === 'revoke' ? 'absent' : 'active' })).order('revoke')).toMatchObject({ outcome: 'open', now: 'active' });
});

test.each([undefined, {}, { state: 'gone' }, 'absent', [{ state: 'absent' }]])('the answer %j is no answer', async (given) => {
  expect(await third(() => given).order('revoke')).toMatchObject({ outcome: 'open', acted: false, note: 'the function returned something else than { "state": ... } with active, inactive, absent' });
});

test.each<[string, () => Promise<object>, string]>([
  ['that fails', async () => ({ FunctionError: 'Unhandled', Payload: Buffer.from('{"errorMessage":"T0KEN"}') }), 'the function failed'],
  ['that returns too much', async () => ({ Payload: Buffer.from(JSON.stringify('x'.repeat(5_000))) }), 'the function returned no JSON'],
  ['that returns no JSON', async () => ({ Payload: Buffer.from('T0KEN') }), 'the function returned no JSON'],
  ['that may not be invoked', async () => Promise.reject(Object.assign(new Error('T0KEN'), { name: 'AccessDeniedException' })), 'the function could not be invoked (AccessDeniedException)'],
])('a function %s confirms nothing', async (_what, send, note) => {
  const failure = await invokeFunction({ send } as never, 'arn:fn', {}).catch((error: Error) => error.message);
  expect(failure).toContain(note);
  expect(failure).not.toContain('T0KEN');
});

test('the answer of a function is what it returned', async () => {
  expect(await invokeFunction({ send: async () => ({ Payload: Buffer.from('{"state":"absent"}') }) } as never, 'arn:fn', {})).toEqual({ state: 'absent' });
});
