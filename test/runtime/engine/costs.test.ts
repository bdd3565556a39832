import { PLACEMENT, WITHOUT_DRIFT } from './decision/requests';
import { COST_FUNCTION } from './fake-costs';
import { World } from './world';
import { renderPlacement } from '../../../cli/render';
import { DecommissionCertificate } from '../../../runtime/evidence';
import { Fleet } from '../../../runtime/ledger';
import { requestIdOf } from '../../../src/contract/request-id';
import { RevokerProperties } from '../../../src/contract/revokers';

jest.mock('../../../runtime/aws/cloudformation/response', () => ({
  ...jest.requireActual<object>('../../../runtime/aws/cloudformation/response'),
  sendResponse: async (_url: URL, answer: { RequestId: string }) => {
    jest.requireActual<typeof import('./mailbox')>('./mailbox').mailbox.set(answer.RequestId, answer as never);
    return 'taken';
  },
}));

const DAY_MS = 86_400_000;
const taggedWith = (Value: string, Id = Value): RevokerProperties => ({ Id, Kind: 'http', Settings: { url: `https://${Id}.example.com/{agentName}` }, CostTag: { Key: 'integration', Value } });
const CRM = taggedWith('crm');
const IDP: RevokerProperties = { Id: 'idp', Kind: 'http', Settings: { url: 'https://idp.example.com/{agentName}' }, MonthlyCost: '10', Currency: 'USD' };

let world: World;
let sweeps = 0;
const worldThat = (looksUpCosts: boolean) => {
  world = new World({ agenda: { ...WITHOUT_DRIFT, ...(looksUpCosts ? { looksUpCosts: true } : {}) }, costFunction: COST_FUNCTION });
  world.fake.thirdParties.access.set('crm', 'active').set('idp', 'active');
  world.fake.taggedCosts.amounts.set('crm', { amount: 120.5, unit: 'EUR' });
};
beforeEach(() => worldThat(true));

const questions = () => world.fake.taggedCosts.questions;
const summary = async () => (await new Fleet(world.fake.memory.table).list())[0];
const certificate = (): DecommissionCertificate => world.certificates().at(-1)!;

async function sweep(afterMs = 0): Promise<void> {
  world.fake.now = new Date(world.fake.now.getTime() + afterMs);
  const requestId = requestIdOf('schedule', 'attend', `cost-${++sweeps}`);
  await world.fake.run({ requestId, registry: 'agents', placement: PLACEMENT, origin: { kind: 'schedule', arn: 'arn:aws:lambda:::sweep' }, intent: { kind: 'attend', mayRemove: true } });
}

test('a cost that is looked up is added to those that are declared, and a leave says that it is no longer paid', async () => {
  await world.stack.deploy('test', { revokers: [CRM, IDP] });
  expect(await summary()).toMatchObject({ monthlyCosts: { USD: 10 }, unknownCosts: 1 });
  await sweep();
  expect(questions()).toEqual([['crm']]);
  expect((await summary()).monthlyCosts).toEqual({ EUR: 120.5, USD: 10 });
  expect((await summary()).unknownCosts).toBeUndefined();

  await world.stack.destroy();
  expect(certificate().noLongerPaid).toEqual({ EUR: 120.5, USD: 10 });
  expect(certificate().revocations).toMatchObject([{ revoker: 'crm', monthlyCost: { amount: 120.5, currency: 'EUR' } }, { revoker: 'idp', monthlyCost: { amount: 10, currency: 'USD' } }]);
  expect(await summary()).toMatchObject({ noLongerPaid: { EUR: 120.5, USD: 10 } });
  expect((await summary()).monthlyCosts).toBeUndefined();
  await world.check();
});

test('twin: a registry without it looks nothing up, and what is not known is not paid and not saved', async () => {
  worldThat(false);
  await world.stack.deploy('test', { revokers: [CRM] });
  await sweep();
  await sweep(8 * DAY_MS);
  expect(questions()).toEqual([]);
  expect((await summary()).monthlyCosts).toBeUndefined();
  await world.stack.destroy();
  expect(certificate().noLongerPaid).toEqual({});
  expect(certificate().revocations![0].monthlyCost).toBeUndefined();
  expect(await summary()).toMatchObject({ status: 'left', unknownCosts: 1 });
  expect((await summary()).noLongerPaid).toBeUndefined();
});

test('it is asked once a week for each agent, whatever the sweeps', async () => {
  await world.stack.deploy('test', { revokers: [CRM] });
  for (let hour = 0; hour < 24 * 29; hour++) {
    await sweep(DAY_MS / 24);
  }
  expect(questions().length).toBeGreaterThanOrEqual(4);
  expect(questions().length).toBeLessThanOrEqual(5);
});

test('another tag is asked for after a day at the soonest, and the former one, whose access still exists, with it', async () => {
  await world.stack.deploy('test', { revokers: [CRM] });
  await sweep();
  await world.stack.deploy('test', { revokers: [taggedWith('erp')] });
  world.fake.taggedCosts.amounts.set('erp', { amount: 5, unit: 'EUR' });
  await sweep(DAY_MS - 60_000);
  expect(questions()).toHaveLength(1);
  await sweep(60_000);
  expect(questions().slice(1)).toEqual([['erp', 'crm']]);
  expect((await summary()).monthlyCosts).toEqual({ EUR: 125.5 });
});

test('two revokers with one tag are one question', async () => {
  await world.stack.deploy('test', { revokers: [CRM, taggedWith('crm', 'crm-reports')] });
  await sweep();
  expect(questions()).toEqual([['crm']]);
});

test('what is recorded nowhere is not known and never zero; the last known amount stays while Cost Explorer does not answer', async () => {
  world.fake.taggedCosts.amounts.clear();
  await world.stack.deploy('test', { revokers: [CRM] });
  await sweep();
  expect((await summary()).monthlyCosts).toBeUndefined();

  world.fake.taggedCosts.amounts.set('crm', { amount: 7, unit: 'USD' });
  await sweep(8 * DAY_MS);
  expect((await summary()).monthlyCosts).toEqual({ USD: 7 });

  world.fake.taggedCosts.doesNotAnswer = true;
  await sweep(8 * DAY_MS);
  expect(questions()).toHaveLength(3);
  expect((await summary()).monthlyCosts).toEqual({ USD: 7 });

  Object.assign(world.fake.taggedCosts, { doesNotAnswer: false, fails: true });
  await sweep(8 * DAY_MS);
  expect((await summary()).monthlyCosts).toEqual({ USD: 7 });

  world.fake.taggedCosts.fails = false;
  world.fake.taggedCosts.amounts.clear();
  await sweep(8 * DAY_MS);
  // A sweep does one thing for an agent, and by then it is unused too.
  await sweep();
  expect((await summary()).monthlyCosts).toBeUndefined();
});

test('if nothing was known and the function fails, it is tried again the next day', async () => {
  world.fake.taggedCosts.fails = true;
  await world.stack.deploy('test', { revokers: [CRM] });
  await sweep();
  await sweep(DAY_MS - 60_000);
  expect(questions()).toHaveLength(1);
  world.fake.taggedCosts.fails = false;
  await sweep(60_000);
  expect((await summary()).monthlyCosts).toEqual({ EUR: 120.5 });
});

test('`nhi show` has the amount with its days, or why it is not known', async () => {
  const shown = async () => renderPlacement((await world.state())!, world.fake.now);
  await world.stack.deploy('test', { revokers: [CRM, taggedWith('erp')] });
  expect(await shown()).toContain('outside     crm (http, cost not known: not looked up yet)');
  await sweep();
  expect(await shown()).toContain('outside     crm (http, 120.50 EUR a month from 2026-02-01 to 2026-03-03)');
  expect(await shown()).toContain('outside     erp (http, cost not known: no cost is recorded)');
});

test('a suspended agent is asked about too: its access is still paid', async () => {
  await world.stack.deploy('test', { revokers: [CRM] });
  await world.ask({ kind: 'suspend', reason: 'Its key was seen in a public place' });
  await sweep();
  expect(questions()).toEqual([['crm']]);
});
