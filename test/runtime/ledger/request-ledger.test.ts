import { MemoryTable } from './memory-table';
import { RequestLedger } from '../../../runtime/ledger';
import { nothing } from '../../../runtime/lifecycle/plan';
import { Finding, WipeReport } from '../../../runtime/wipers';
import { NOW, request } from '../lifecycle/requests';

const HOUR_SECONDS = 3_600;
let memory: MemoryTable;
let requests: RequestLedger;
beforeEach(() => {
  memory = new MemoryTable();
  requests = new RequestLedger(memory.table);
});

const stored = (responseUrl: string) => ({ request: { ...request('Create', 'P'), requestId: 'r' }, answerTo: { responseUrl, requestIdOfCloudFormation: 'cfn' } });
const finding = (id: string, actedOn = true): Finding => ({ wiper: 'iam-users', kind: 'user', id, actedOn });
const report = (changes: Partial<WipeReport>): WipeReport => ({ wiper: 'iam-users', found: [], wiped: [], remains: [], reportedOnly: [], verifiedAt: NOW.toISOString(), ...changes });

test('a request is stored once; a copy of it changes nothing', async () => {
  await requests.save(stored('https://first'), NOW);
  await requests.save(stored('https://second'), NOW);
  expect((await requests.load('r'))?.answerTo?.responseUrl).toBe('https://first');
});

test('a request and its plan are forgotten after a day', async () => {
  await requests.save(stored('https://first'), NOW);
  await requests.savePlan('r', nothing('x'), NOW);
  expect(memory.under('request#r').map(({ ttl }) => Number(ttl) - NOW.getTime() / 1000)).toEqual([24 * HOUR_SECONDS, 24 * HOUR_SECONDS]);
});

test('the plan that was written first counts', async () => {
  await requests.savePlan('r', nothing('first'), NOW);
  expect((await requests.savePlan('r', nothing('second'), NOW)).physicalId).toBe('first');
});

test('what an earlier try found and wiped stays in the proof; what remains is of the last look', async () => {
  await requests.saveReport('leave', report({ found: [finding('a'), finding('b')], wiped: [finding('a')], remains: [finding('b')] }), NOW);
  await requests.saveReport('leave', report({ found: [finding('b')], wiped: [finding('b')] }), NOW);
  const [merged] = await requests.reports('leave');
  expect(merged.found.map(({ id }) => id)).toEqual(['a', 'b']);
  expect(merged.wiped.map(({ id }) => id)).toEqual(['a', 'b']);
  expect(merged.remains).toEqual([]);
});

test('the proof outlives the request, as a teardown may be taken up weeks later', async () => {
  await requests.saveReport('leave', report({}), NOW);
  expect(Number(memory.under('request#leave')[0].ttl) - NOW.getTime() / 1000).toBe(90 * 24 * HOUR_SECONDS);
});

test('who dies between wiping and telling leaves the proof whole: what was found before and isn\'t there now was wiped', async () => {
  await requests.saveReport('leave', report({ found: [finding('a'), finding('only-seen', false)], remains: [finding('a')], reportedOnly: [finding('only-seen', false)] }), NOW);
  expect((await requests.reports('leave'))[0].wiped).toEqual([]);

  await requests.saveReport('leave', report({ found: [finding('only-seen', false)], reportedOnly: [finding('only-seen', false)] }), NOW);

  const [merged] = await requests.reports('leave');
  expect(merged.found.map(({ id }) => id)).toEqual(['a', 'only-seen']);
  expect(merged.wiped.map(({ id }) => id)).toEqual(['a']);
});
