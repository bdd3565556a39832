import { PLACEMENT, WITHOUT_DRIFT } from './decision/requests';
import { Killed } from './state-machine';
import { World } from './world';
import { DecommissionCertificate, renderCertificate } from '../../../runtime/evidence';
import { OrderLedger } from '../../../runtime/ledger';
import { statusOf } from '../../../runtime/model/placement-state';
import { HeardAnswer, orderId } from '../../../src/contract/orders';
import { requestIdOf } from '../../../src/contract/request-id';
import { RevokerOrder, RevokerProperties, RevokerReport } from '../../../src/contract/revokers';

jest.mock('../../../runtime/aws/cloudformation/response', () => ({
  ...jest.requireActual<object>('../../../runtime/aws/cloudformation/response'),
  sendResponse: async (_url: URL, response: { RequestId: string }) => {
    jest.requireActual<typeof import('./mailbox')>('./mailbox').mailbox.set(response.RequestId, response as never);
    return 'taken';
  },
}));

const LDAP: RevokerProperties = { Id: 'ldap', Kind: 'queue', Settings: { worker: 'directory', subject: 'svc-invoice' } };
const ASKED = 'the worker directory was asked, and has not answered';
const HOUR_MS = 3_600_000;
const SEEN: HeardAnswer = { worker: 'directory', at: '2027-01-31T06:00:01.000Z', found: 'active', now: 'absent' };

let world: World;
let requests = 0;
let asking: (order: RevokerOrder) => RevokerReport;
beforeEach(() => {
  world = new World({ agenda: { ...WITHOUT_DRIFT, revocationRetrySeconds: 600 } });
  asking = () => ({ outcome: 'awaiting', acted: true, note: ASKED });
  world.fake.thirdParties.instead = (order) => asking(order);
});

const sent = (): RevokerOrder[] => world.fake.thirdParties.orders.filter(({ action }) => action === 'revoke');
const revocations = async () => (await world.state())?.revocations ?? [];
const certificate = (): DecommissionCertificate => world.certificates().at(-1)!;
const opened = (): number => world.fake.metrics.filter((name) => name === 'RevocationOpen').length;

/** What the function that takes answers does with one. */
async function answer(given: Partial<HeardAnswer> = {}, order = sent()[0]): Promise<void> {
  await new OrderLedger(world.fake.engine.table).keep(orderId(order), { ...SEEN, ...given }, world.fake.now);
}

const run = (kind: 'hear-worker' | 'attend') => world.fake.run({
  requestId: requestIdOf(kind === 'attend' ? 'schedule' : 'event', kind, String(++requests)),
  registry: 'agents',
  placement: PLACEMENT,
  ...(kind === 'attend' ? { origin: { kind: 'schedule', arn: 'arn:aws:lambda:::sweep' }, intent: { kind, mayRemove: true } } : { origin: { kind: 'event', arn: 'arn:aws:sqs:::answers' }, intent: { kind } }),
});

async function sweep(afterMs: number): Promise<void> {
  world.fake.now = new Date(world.fake.now.getTime() + afterMs);
  await run('attend');
}

/** Does something once, when a step begins for the n-th time. */
function whenBegins(step: string, times: number, work: () => Promise<void>): void {
  let begun = 0;
  world.fake.around = async (operation: string) => {
    if (operation === step && ++begun === times) {
      await work();
    }
  };
}

test('a worker that answers during the leave is in the certificate, and the order was sent once', async () => {
  await world.stack.deploy('test', { revokers: [LDAP] });
  whenBegins('Revoke', 3, () => answer());
  await world.stack.destroy();
  await world.check();
  expect(sent()).toMatchObject([{ kind: 'queue', settings: LDAP.Settings, since: (await revocations())[0].since }]);
  expect(await revocations()).toMatchObject([{ found: 'active', note: 'the worker directory saw that the access is absent', confirmed: { at: SEEN.at, worker: 'directory' } }]);
  expect(certificate().revocations).toMatchObject([{ revoker: 'ldap', found: 'active', revoked: true, verifiedAt: SEEN.at, verifiedBy: 'directory' }]);
  expect(certificate().revocations).not.toMatchObject([{ remaining: expect.anything() }]);
  expect(renderCertificate({ certificate: certificate() })).toContain(`a look of the worker directory at ${SEEN.at} saw that it is revoked`);
  expect(await world.names()).toContain('revocation-confirmed');
  expect(await world.names()).not.toContain('revocation-open');
  expect(opened()).toBe(0);
  const confirmed = (await world.fake.engine.ledger.events(PLACEMENT)).find(({ type }) => type.includes('revocation-confirmed'))!;
  expect(confirmed.data.unmapped).toMatchObject({ details: { how: 'verified', worker: 'directory', found: 'active' } });
});

test('without an answer the leave ends after its minute, and the leaver is open, visible, alarming and asked again', async () => {
  await world.stack.deploy('test', { revokers: [LDAP] });
  await world.stack.destroy();
  await world.check();
  expect(world.stack.status).toBeUndefined();
  expect(statusOf((await world.state())!)).toBe('revoking');
  expect(certificate().revocations).toMatchObject([{ verifiedAt: null, remaining: ASKED }]);
  expect((await world.names()).filter((name) => name === 'revocation-open')).toHaveLength(1);
  // Who was asked a moment ago is not late.
  expect([sent().length, opened()]).toEqual([1, 0]);

  await sweep(1_000);
  expect(sent()).toHaveLength(1);
  await sweep(HOUR_MS);
  expect([sent().length, opened()]).toEqual([2, 1]);
  expect(new Set(sent().map(orderId)).size).toBe(1);

  await answer();
  await run('hear-worker');
  await world.check();
  expect(statusOf((await world.state())!)).toBe('left');
  expect((await world.names()).slice(-2)).toEqual(['revocation-confirmed', 'revocations-certified']);
  await sweep(100 * HOUR_MS);
  expect(sent()).toHaveLength(2);
});

test('an answer without anything that asks the engine is found by the next sweep, before the order is sent again', async () => {
  await world.stack.deploy('test', { revokers: [LDAP] });
  await world.stack.destroy();
  await answer();
  await sweep(HOUR_MS);
  expect(statusOf((await world.state())!)).toBe('left');
  expect(sent()).toHaveLength(1);
});

test('a late or doubled answer changes nothing, and asks nobody', async () => {
  await world.stack.deploy('test', { revokers: [LDAP] });
  whenBegins('Revoke', 2, () => answer());
  await world.stack.destroy();
  world.fake.around = () => undefined;
  const before = await world.names();
  await answer({ found: 'absent', at: '2027-02-01T00:00:00.000Z' });
  await run('hear-worker');
  await run('hear-worker');
  expect(await world.names()).toEqual(before);
  expect(await revocations()).toMatchObject([{ found: 'active', confirmed: { at: SEEN.at } }]);
  expect(sent()).toHaveLength(1);
  await world.check();
});

test.each<[string, Partial<HeardAnswer>, string]>([
  ['a failure', { found: undefined, now: undefined, failure: 'DirectoryLoginRefused' }, 'DirectoryLoginRefused'],
  ['a failure, whatever it says that it saw', { failure: 'DirectoryDenied' }, 'DirectoryDenied'],
  ['an account that is still there', { now: 'inactive' }, 'that the access is inactive'],
  ['nothing', { found: undefined, now: undefined }, 'that the access is unknown'],
])('a worker that reports %s leaves it open, and says why until it is done', async (_what, given, reported) => {
  await world.stack.deploy('test', { revokers: [LDAP] });
  await world.stack.destroy();
  await answer(given);
  await run('hear-worker');
  expect(statusOf((await world.state())!)).toBe('revoking');
  const note = `the worker directory reported ${reported} at ${SEEN.at}`;
  expect(await revocations()).toMatchObject([{ note, attempts: 1 }]);
  // It is asked again, and what it last said stays visible.
  await sweep(HOUR_MS);
  expect(await revocations()).toMatchObject([{ note, attempts: 2 }]);
  expect(sent()).toHaveLength(2);
});

test('what the worker found first is the proof, also if it succeeds later', async () => {
  await world.stack.deploy('test', { revokers: [LDAP] });
  await world.stack.destroy();
  await answer({ now: 'inactive', failure: 'DirectoryDenied' });
  await run('hear-worker');
  await answer({ found: 'inactive' });
  await run('hear-worker');
  expect(await revocations()).toMatchObject([{ found: 'active', confirmed: { worker: 'directory' } }]);
});

test('that the access is absent is a worker\'s last word', async () => {
  const ledger = new OrderLedger(world.fake.engine.table);
  await ledger.keep('o1', { ...SEEN, now: 'inactive', failure: 'DirectoryDenied' }, world.fake.now);
  await ledger.keep('o1', SEEN, world.fake.now);
  await ledger.keep('o1', { ...SEEN, found: 'absent', at: '2027-02-01T00:00:00.000Z' }, world.fake.now);
  await ledger.keep('o1', { worker: 'directory', at: '2027-02-01T00:00:00.000Z', failure: 'OrderRepeated' }, world.fake.now);
  expect(await ledger.answer('o1')).toEqual(SEEN);
  expect(await ledger.answer('o2')).toBeUndefined();
});

test('the answer to an order of another leave, agent or revoker closes nothing', async () => {
  await world.stack.deploy('test', { revokers: [LDAP] });
  await world.stack.destroy();
  for (const changes of [{ since: '2020-01-01T00:00:00.000Z' }, { agentName: 'other-bot' }, { revoker: 'host' }]) {
    await answer({}, { ...sent()[0], ...changes });
  }
  await run('hear-worker');
  expect(statusOf((await world.state())!)).toBe('revoking');
  await answer();
  await run('hear-worker');
  expect(statusOf((await world.state())!)).toBe('left');
});

test('a second life has orders of its own: the answer of the first closes nothing', async () => {
  await world.stack.deploy('test', { revokers: [LDAP] });
  whenBegins('Revoke', 2, () => answer());
  await world.stack.destroy();
  world.fake.around = () => undefined;
  await world.fake.resume();
  world.fake.now = new Date(world.fake.now.getTime() + HOUR_MS);
  await world.stack.deploy('test', { revokers: [LDAP] });
  await world.stack.destroy();
  expect(statusOf((await world.state())!)).toBe('revoking');
  expect(new Set(sent().map(orderId)).size).toBe(2);
  await answer({}, sent().at(-1));
  await run('hear-worker');
  expect(statusOf((await world.state())!)).toBe('left');
});

test('an order that could not be sent is tried by the leave again, and no answer is read before it was', async () => {
  let failures = 2;
  asking = () => (failures-- > 0 ? { outcome: 'open', acted: false, note: 'the order could not be sent' } : { outcome: 'awaiting', acted: true, note: ASKED });
  await world.stack.deploy('test', { revokers: [LDAP] });
  whenBegins('Revoke', 4, () => answer());
  await world.stack.destroy();
  expect(sent()).toHaveLength(3);
  expect(await revocations()).toMatchObject([{ attempts: 3, confirmed: { worker: 'directory' } }]);
});

test('a person may attest while the worker is silent, and its late answer changes nothing', async () => {
  await world.stack.deploy('test', { revokers: [LDAP] });
  await world.stack.destroy();
  await world.ask({ kind: 'confirm-revocation', revoker: 'ldap', reason: 'The directory team has removed it' });
  await answer();
  await run('hear-worker');
  expect(await revocations()).toMatchObject([{ confirmed: { reason: 'The directory team has removed it' } }]);
  expect((await world.names()).filter((name) => name === 'revocation-confirmed')).toHaveLength(1);
});

test.each(['Revoke', 'Settle'])('an execution that dies before %s loses no order and no answer', async (step) => {
  await world.stack.deploy('test', { revokers: [LDAP] });
  let once = true;
  world.fake.around = async (operation: string) => {
    if (once && operation === step) {
      once = false;
      throw new Killed();
    }
  };
  await world.stack.destroy();
  await world.fake.tellEnded();
  await sweep(HOUR_MS);
  await world.stack.destroy();
  await answer();
  await run('hear-worker');
  await world.check();
  expect(new Set(sent().map(orderId)).size).toBe(1);
  expect(await revocations()).toMatchObject([{ found: 'active', confirmed: { worker: 'directory' } }]);
  expect((await world.names()).filter((name) => name === 'revocation-confirmed')).toHaveLength(1);
});
