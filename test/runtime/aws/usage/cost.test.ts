import { readCost } from '../../../../runtime/aws/usage';
import { named } from '../../ledger/memory-table';

const NOW = new Date('2026-06-01T12:00:00Z');
const AGENT = { account: '111122223333', agentName: 'invoice-bot' };

let asked: object[];
const costWith = (answer: unknown) => {
  asked = [];
  const costExplorer = async (action: string, input: object): Promise<never> => {
    asked.push({ action, ...input });
    if (answer instanceof Error) {
      throw answer;
    }
    return answer as never;
  };
  return readCost({ calls: { costExplorer }, now: () => NOW, tagPrefix: 'agent:' }, AGENT);
};
// As Cost Explorer documents it: a period for each month that the time touches.
const periods = (...amounts: string[]) => ({ ResultsByTime: amounts.map((Amount) => ({ TimePeriod: {}, Total: { UnblendedCost: { Amount, Unit: 'USD' } }, Estimated: true })) });

test('it is one request, for the tag of the role and the account, of the last 30 days', async () => {
  expect(await costWith(periods('12.344', '0.40'))).toEqual({ from: '2026-05-02', to: '2026-06-01', readAt: NOW.toISOString(), amount: 12.74, unit: 'USD' });
  expect(asked).toEqual([{
    action: 'GetCostAndUsage',
    TimePeriod: { Start: '2026-05-02', End: '2026-06-01' },
    Granularity: 'MONTHLY',
    Metrics: ['UnblendedCost'],
    Filter: { And: [{ Tags: { Key: 'iamPrincipal/agent:name', Values: ['invoice-bot'] } }, { Dimensions: { Key: 'LINKED_ACCOUNT', Values: ['111122223333'] } }] },
  }]);
});

test('nothing recorded is not zero: the tag may not be activated', async () => {
  for (const answer of [periods('0', '0'), periods(), {}, periods('0.004')]) {
    const cost = await costWith(answer);
    expect(cost.amount).toBeUndefined();
    expect(cost.missing).toContain('the tag is not activated');
  }
});

test('a refusal is said', async () => {
  expect(await costWith(named('AccessDeniedException', 'User not enabled for cost explorer access'))).toMatchObject({ missing: expect.stringContaining('User not enabled for cost explorer access') });
});
