import { MemoryTable } from './memory-table';
import { RequestLedger, StoredRequest } from '../../../runtime/ledger';
import { NOTHING_TO_DO, Plan } from '../../../runtime/model/plan';
import { Finding, WipeReport } from '../../../runtime/wiping';
import { NOW, request } from '../engine/decision/requests';

const HOUR_SECONDS = 3_600;
let memory: MemoryTable;
let requests: RequestLedger;
beforeEach(() => {
  memory = new MemoryTable();
  requests = new RequestLedger(memory.table);
});

const stored = (responseUrl: string): StoredRequest => ({ request: { ...request('Create', 'P'), requestId: 'r' }, responseUrl });
const finding = (id: string): Finding => ({ wiper: 'iam-users', kind: 'user', id, actedOn: true });
const report = (changes: Partial<WipeReport>): WipeReport => ({ wiper: 'iam-users', found: [], wiped: [], remains: [], reportedOnly: [], verifiedAt: NOW.toISOString(), ...changes });
const puttingPlan = (transition: Plan['transition']) => requests.puttingPlan('r', { ...NOTHING_TO_DO, transition }, NOW);
const secondsLeft = (pk: string): number[] => memory.under(pk).map(({ ttl }) => Number(ttl) - NOW.getTime() / 1000);

test('a request is stored once; a copy of it changes nothing', async () => {
  await requests.save(stored('https://first'), NOW);
  await requests.save(stored('https://second'), NOW);

  const [body] = await memory.table.getTogether([requests.bodyKey('r')]);
  expect(body).toMatchObject({ stored: { responseUrl: 'https://first', request: { requestId: 'r', intent: { kind: 'join' } } } });
  expect(memory.items.size).toBe(1);
});

test('fails when the table throttles: what could not be stored is not taken for a copy', async () => {
  memory.disturb = () => {
    throw Object.assign(new Error('Rate exceeded'), { name: 'ThrottlingException' });
  };

  await expect(requests.save(stored('https://first'), NOW)).rejects.toMatchObject({ name: 'ThrottlingException' });
});

test('an operator\'s request has no response URL', async () => {
  await requests.save({ request: stored('').request }, NOW);

  const [body] = await memory.table.getTogether([requests.bodyKey('r')]);
  expect(body?.stored).not.toHaveProperty('responseUrl');
});

test('a request and its plan are forgotten after a day', async () => {
  await requests.save(stored('https://first'), NOW);
  await memory.table.write([puttingPlan('join')]);

  expect([secondsLeft('request#r'), secondsLeft('work#r')]).toEqual([[24 * HOUR_SECONDS], [24 * HOUR_SECONDS]]);
});

test('the plan that was written first counts: another is refused, with all that was to be written with it', async () => {
  await memory.table.write([puttingPlan('join')]);

  await expect(memory.table.write([puttingPlan('move'), memory.table.putting({ pk: 'x', sk: 'x' })])).rejects.toMatchObject({ code: 'LedgerConflict' });

  const [plan] = await memory.table.getTogether([requests.planKey('r')]);
  expect(plan).toMatchObject({ plan: { transition: 'join' } });
  expect(memory.under('x')).toEqual([]);
});

test('request, plan and reports are apart: none is read as another', async () => {
  await requests.save(stored('https://first'), NOW);
  await memory.table.write([puttingPlan('join')]);
  await requests.saveReports('r', 'principals', [report({})], NOW);

  const [body, plan] = await memory.table.getTogether([requests.bodyKey('r'), requests.planKey('r')]);
  expect(body).not.toHaveProperty('plan');
  expect(plan).not.toHaveProperty('stored');
  expect(await requests.reports('r')).toEqual([report({})]);
});

test('each batch keeps its reports beside the others\', and all of them are read, from all pages', async () => {
  const batches = ['principals', 'agent', 'third'];
  for (const batch of batches) {
    await requests.saveReports('leave', batch, [report({ wiper: `${batch}-1` }), report({ wiper: `${batch}-2` })], NOW);
  }
  await requests.saveReports('another', 'principals', [report({ wiper: 'of-another' })], NOW);

  const read = await requests.reports('leave');

  expect(new Set(read.map(({ wiper }) => wiper))).toEqual(new Set(batches.flatMap((batch) => [`${batch}-1`, `${batch}-2`])));
});

test('the reports of a batch replace those that it kept before', async () => {
  await requests.saveReports('leave', 'agent', [report({ found: [finding('a')] })], NOW);
  await requests.saveReports('leave', 'agent', [report({ found: [finding('a'), finding('b')] })], NOW);

  expect((await requests.reports('leave')).map(({ found }) => found.map(({ id }) => id))).toEqual([['a', 'b']]);
});

test('nothing was reported of what was never wiped', async () => {
  expect(await requests.reports('leave')).toEqual([]);
});

test('the proof outlives the request, as a teardown may be taken up weeks later', async () => {
  await requests.saveReports('leave', 'agent', [report({})], NOW);

  expect(secondsLeft('work#leave')).toEqual([90 * 24 * HOUR_SECONDS]);
});

test('hashes of what was to be written are kept by name, the first one first, as long as the proof', async () => {
  const later = new Date(NOW.getTime() + 60_000);
  await requests.saveWritten('leave', 'leave', 'ff', NOW);
  await requests.saveWritten('leave', 'leave', 'aa', later);
  await requests.saveWritten('leave', 'leave', 'bb', new Date(later.getTime() + 60_000));
  await requests.saveWritten('leave', 'leave.part-2', 'cc', later);
  await requests.saveWritten('leave', 'leave', 'ff', new Date(later.getTime() + 90_000));

  expect(await requests.written('leave', 'leave')).toEqual(['ff', 'aa', 'bb']);
  expect(await requests.written('leave', 'leave.part-2')).toEqual(['cc']);
  expect(await requests.reports('leave')).toEqual([]);
  expect(memory.under('request#leave').every(({ ttl }) => typeof ttl === 'number' && ttl >= NOW.getTime() / 1000 + 90 * 24 * HOUR_SECONDS)).toBe(true);
});
