import { PLACEMENT, request, WITHOUT_DRIFT } from './decision/requests';
import { Killed } from './state-machine';
import { OPERATOR, World } from './world';
import { stillRevoking } from '../../../runtime/engine/decision/open-revocations';
import { planLeave } from '../../../runtime/engine/decision/plans';
import { eventContext } from '../../../runtime/engine/loaded-request';
import { contradictionsOf } from '../../../runtime/evidence';
import { AskLedger, OrderLedger } from '../../../runtime/ledger';
import { statusOf } from '../../../runtime/model/placement-state';
import { applyChange } from '../../../runtime/model/plan';
import { Join, LifecycleRequest } from '../../../runtime/model/request';
import { RevocationRecord, revocationsOfLeave } from '../../../runtime/model/revocation';
import { HeardAnswer, orderId } from '../../../src/contract/orders';
import { requestIdOf, vouchedRequestId } from '../../../src/contract/request-id';
import { RevokerAction, RevokerProperties } from '../../../src/contract/revokers';

jest.mock('../../../runtime/aws/cloudformation/response', () => jest.requireActual<typeof import('./mailbox')>('./mailbox').responsesToMailbox());

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** How long an order may be carried out, with a margin. */
const ORDER_MS = 49 * HOUR_MS;
const REASON = 'The directory team removed it by hand';
const LDAP: RevokerProperties = { Id: 'ldap', Kind: 'queue', Settings: { worker: 'directory', subject: 'svc-invoice' } };
const SAP: RevokerProperties = { Id: 'sap', Kind: 'human', Settings: { team: ['kim@example.com'], steps: ['Lock the user and delete it'], subject: 'BOT7' } };
const CRM: RevokerProperties = { Id: 'crm', Kind: 'http', Settings: { url: 'https://crm.example.com/{subject}', subject: 'bot-7' } };
const ONE_BOT: RevokerProperties = { ...CRM, Settings: { url: 'https://crm.example.com/bot', suspend: { url: 'https://crm.example.com/{subject}/off' }, subject: 'bot-7' } };
const OKTA: RevokerProperties = { Id: 'okta', Kind: 'scim', Settings: { baseUrl: 'https://idp.example.com/scim/v2', secretArn: 'arn:secret', removal: 'delete', subject: 'bot-7' } };
const ERP: RevokerProperties = { Id: 'erp', Kind: 'lambda', Settings: { functionArn: 'arn:aws:lambda:eu-west-1:111122223333:function:erp', subject: 'bot-7' } };
const PAY: RevokerProperties = { Id: 'pay', Kind: 'oauth2', Settings: { secretArn: 'arn:secret:pay', registrationUrl: 'https://login.example.com/register/{subject}', subject: 'bot-7' } };

const GITHUB: RevokerProperties = {
  Id: 'github', Kind: 'github-app', Settings: { apiUrl: 'https://api.github.com', clientId: 'Iv23liInvoices', installationId: '12345678', keyArn: 'arn:aws:kms:eu-west-1:111122223333:key/k1' },
};

const called = (revoker: RevokerProperties, subject: string): RevokerProperties => ({ ...revoker, Settings: { ...revoker.Settings, subject } });
/** Another account of the same third party. */
const other = (revoker: RevokerProperties): RevokerProperties => {
  const { secretArn } = revoker.Settings;
  const renamed = called(revoker, 'another');
  return revoker.Kind === 'oauth2' ? { ...renamed, Settings: { ...renamed.Settings, secretArn: `${String(secretArn)}-2` } } : renamed;
};

let world: World;
let requests = 0;
beforeEach(() => {
  world = new World({ agenda: WITHOUT_DRIFT });
  const { thirdParties } = world.fake;
  thirdParties.instead = ({ kind }) => (kind === 'queue' ? { outcome: 'awaiting', acted: true, note: 'the worker directory was asked, and has not answered' } : undefined!);
  ['crm', 'okta', 'erp', 'pay', 'github'].forEach((id) => {
    thirdParties.access.set(id, 'active');
    thirdParties.refusing.set(id, 'it responded 503');
  });
});

const state = async () => (await world.state())!;
const records = async (): Promise<readonly RevocationRecord[]> => (await state()).revocations ?? [];
const asked = (subject?: string): number => world.fake.thirdParties.orders.filter(({ action, settings }) => action === 'revoke' && settings.subject === subject).length;
/** How often an account was asked for, by the function or, of people, by an event. */
const askedOf = async ({ Id, Kind, Settings: { subject } }: RevokerProperties): Promise<number> => (Kind !== 'human' ? asked(String(subject))
  : (await world.fake.engine.ledger.events(PLACEMENT)).filter(({ type, data }) => type.includes('revocation-open') && (data.unmapped as { details: { revoker?: string } }).details.revoker === Id).length);
const confirm = (revoker: string) => world.fake.run({
  requestId: vouchedRequestId('confirm-revocation', 'AROA000000000900:ada', String(++requests)),
  registry: 'agents',
  placement: PLACEMENT,
  origin: { kind: 'operator', arn: 'arn:aws:sts::111122223333:assumed-role/operator/ada' },
  intent: { kind: 'confirm-revocation', revoker, reason: REASON },
});

async function sweep(afterMs = HOUR_MS): Promise<void> {
  world.fake.now = new Date(world.fake.now.getTime() + afterMs);
  const requestId = requestIdOf('schedule', 'attend', String(++requests));
  await world.fake.run({ requestId, registry: 'agents', placement: PLACEMENT, origin: { kind: 'schedule', arn: 'arn:aws:lambda:::sweep' }, intent: { kind: 'attend', mayRemove: true } });
}

async function left(...revokers: RevokerProperties[]): Promise<void> {
  await world.stack.deploy('test', { revokers });
  await world.stack.destroy();
  await world.fake.resume();
}

/** A leave that third parties were asked by, and of whose end nothing is recorded: CloudFormation has given it up. */
async function halted(...revokers: RevokerProperties[]): Promise<void> {
  await world.stack.deploy('test', { revokers });
  world.fake.around = (operation) => {
    if (operation === 'Settle') {
      throw new Killed();
    }
  };
  await world.stack.remove();
  world.fake.around = () => undefined;
  await world.fake.tellEnded();
  expect(await state()).toMatchObject({ status: 'leaving' });
}


const KINDS: readonly [string, RevokerProperties][] = [LDAP, SAP, CRM, OKTA, ERP, PAY].map((one) => [one.Kind, one]);
const WAYS: readonly [string, string, (one: RevokerProperties) => Promise<void>][] = [
  ['has left', 'test', left],
  // The role of the leave that came to a halt still has its name.
  ['is leaving', 'staging', halted],
];
const BOTH = WAYS.flatMap(([how, stage, leave]) => KINDS.map(([kind, one]) => [kind, how, one, stage, leave] as const));

test.each(BOTH)('%s: while the agent %s, it can\'t join with the account that may still be ended, and nothing is wedged', async (_kind, how, revoker, stage, leave) => {
  await leave(revoker);
  const before = await records();
  for (const again of [revoker, { ...revoker, Id: 'renamed' }, undefined]) {
    await world.stack.deploy(stage, { revokers: again === undefined ? [] : [again] });
    expect(world.stack.failure).toMatch(new RegExp(`RevocationsOpen: agent invoice-bot ${how}.* at ${revoker.Id} \\(.*since .*asked of .*nhi confirm invoice-bot`));
    expect(world.stack.stuck).toBe(false);
  }
  expect(await records()).toEqual(before);
});

test.each(BOTH)('%s: while the agent %s, it can join with another account, and only the old one is ended', async (_kind, _how, revoker, stage, leave) => {
  await leave(revoker);
  await world.stack.deploy(stage, { revokers: [other(revoker)] });
  expect([world.stack.failure, (await state()).status]).toEqual([undefined, 'active']);
  expect(await records()).toMatchObject([{ revoker: { id: revoker.Id, settings: revoker.Settings } }]);
  await sweep(DAY_MS);
  expect(asked('another')).toBe(0);
  await confirm(revoker.Id);
  expect(world.ends()).toMatchObject([{ revocations: [{ revoker: revoker.Id, attested: { reason: REASON } }] }]);
  expect((await state()).declared.revokers).toMatchObject([{ settings: { subject: 'another' } }]);
  expect(contradictionsOf(await state(), await world.fake.engine.ledger.events(PLACEMENT))).toEqual([]);
});

test.each(KINDS.filter(([kind]) => kind !== 'queue'))('%s: after a confirmation the agent joins with the same account, and its next leave ends that', async (_kind, revoker) => {
  await left(revoker);
  await confirm(revoker.Id);
  const before = await askedOf(revoker);
  await world.stack.deploy('test', { revokers: [revoker] });
  expect([world.stack.failure, (await state()).status, (await state()).revocations]).toEqual([undefined, 'active', undefined]);
  await sweep(30 * DAY_MS);
  expect(await askedOf(revoker)).toBe(before);
  await world.stack.destroy();
  await world.fake.resume();
  expect(await askedOf(revoker)).toBeGreaterThan(before);
  expect(world.certificates().at(-1)!.revocations).toMatchObject([{ revoker: revoker.Id }]);
  await world.check();
});

test.each<[string, RevokerProperties, RevokerProperties]>([
  ['another secret', OKTA, { ...OKTA, Settings: { ...OKTA.Settings, secretArn: 'arn:rotated' } }],
  ['another way of removal and a slash', OKTA, { ...OKTA, Settings: { ...OKTA.Settings, removal: 'deactivate', baseUrl: 'https://idp.example.com/scim/v2/' } }],
  ['another header', CRM, { ...CRM, Settings: { ...CRM.Settings, headers: { accept: 'text/plain' } } }],
  ['the name in the URL', CRM, { ...CRM, Settings: { url: 'https://crm.example.com/bot-7', subject: 'another' } }],
  ['a name that only the requests of a suspension have', ONE_BOT, called(ONE_BOT, 'another')],
  ['other letters', LDAP, called(LDAP, 'SVC-Invoice ')],
  ['other steps and people', SAP, { ...SAP, Settings: { ...SAP.Settings, team: ['li@example.com'], steps: ['Delete the user'] } }],
  ['the same client with another secret', PAY, { ...PAY, Settings: { ...PAY.Settings, secretArn: 'arn:other' } }],
  ['the token of the same secret', PAY, called(PAY, 'another')],
  ['another key of the app, and a slash', GITHUB, { ...GITHUB, Settings: { ...GITHUB.Settings, keyArn: 'arn:aws:kms:eu-west-1:111122223333:key/k2', apiUrl: 'https://api.github.com/' } }],
])('the account is the same with %s', async (_what, revoker, again) => {
  await halted(revoker);
  await world.stack.deploy('staging', { revokers: [again] });
  expect(world.stack.failure).toMatch(/RevocationsOpen/);
});

test('another installation of the same app is another account', async () => {
  await halted(GITHUB);
  await world.stack.deploy('staging', { revokers: [{ ...GITHUB, Settings: { ...GITHUB.Settings, installationId: '87654321' } }] });
  expect([world.stack.failure, (await state()).status]).toEqual([undefined, 'active']);
});

test('what is only recorded counts as sent: a process that died may have sent it', async () => {
  await world.stack.deploy('test', { revokers: [LDAP] });
  world.fake.around = (operation) => {
    if (operation === 'Revoke') {
      throw new Killed();
    }
  };
  await world.stack.remove();
  world.fake.around = () => undefined;
  await world.fake.tellEnded();
  expect(await records()).toMatchObject([{ attempts: 0 }]);
  await world.stack.deploy('staging', { revokers: [LDAP] });
  expect(world.stack.failure).toMatch(/RevocationsOpen: agent invoice-bot is leaving.* ldap \(not tried yet; since .*, asked of the worker directory\)/);
});

describe('an order whose account a person attests to be gone', () => {
  beforeEach(async () => {
    await left(LDAP);
    await confirm('ldap');
  });

  test('may still be carried out for two days, so the agent joins with the account only after that', async () => {
    await world.stack.deploy('test', { revokers: [LDAP] });
    expect(world.stack.failure).toMatch(/RevocationsOpen: .*attested at .*, and the worker may still carry out the order.* wait until 2026-\S+, or declare another account/);
    expect(world.stack.failure).not.toContain('nhi confirm');
    world.fake.now = new Date(world.fake.now.getTime() + ORDER_MS - HOUR_MS);
    await world.stack.deploy('test', { revokers: [LDAP] });
    expect(world.stack.failure).toMatch(/RevocationsOpen/);
    world.fake.now = new Date(world.fake.now.getTime() + ORDER_MS);
    await world.stack.deploy('test', { revokers: [LDAP] });
    expect([world.stack.failure, (await state()).status, (await state()).revocations]).toEqual([undefined, 'active', undefined]);
  });

  test('stays in the way of a later change to that account, and of a move; a roll-back is not refused', async () => {
    await world.stack.deploy('test', { revokers: [other(LDAP)] });
    expect([world.stack.failure, await records()]).toMatchObject([undefined, [{ confirmed: { reason: REASON } }]]);
    for (const stage of ['test', 'staging']) {
      await world.stack.deploy(stage, { revokers: [LDAP] });
      expect(world.stack.failure).toMatch(/RevocationsOpen: agent invoice-bot had left before it joined again/);
      expect(world.stack.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    }
    expect((await state()).declared.revokers).toMatchObject([{ settings: { subject: 'another' } }]);
    world.fake.now = new Date(world.fake.now.getTime() + ORDER_MS);
    await world.stack.deploy('test', { revokers: [LDAP] });
    expect([world.stack.failure, (await state()).revocations]).toEqual([undefined, undefined]);
  });

  test('is no part of the next leave, and a leave in between forgets nothing of it', async () => {
    await world.stack.deploy('test', { revokers: [other(LDAP)] });
    await world.stack.destroy();
    await world.fake.resume();
    expect(await records()).toMatchObject([{ earlier: true, confirmed: { reason: REASON } }, { revoker: { settings: { subject: 'another' } } }]);
    expect(world.certificates().at(-1)!.revocations).toMatchObject([{ revoker: 'ldap', remaining: expect.any(String) }]);
    expect(world.certificates().at(-1)!.revocations).toHaveLength(1);
    await world.stack.deploy('test', { revokers: [called(LDAP, 'third')] });
    await world.stack.deploy('test', { revokers: [LDAP] });
    expect(world.stack.failure).toMatch(/RevocationsOpen/);
    await world.check();
  });
});

test('an order that its worker has carried out is no obstacle', async () => {
  await left(LDAP);
  const seen: HeardAnswer = { worker: 'directory', at: world.fake.now.toISOString(), found: 'active', now: 'absent' };
  await new OrderLedger(world.fake.engine.table).keep(orderId(world.fake.thirdParties.orders[0]), seen, world.fake.now);
  await sweep();
  await world.stack.deploy('test', { revokers: [LDAP] });
  expect([world.stack.failure, (await state()).status]).toEqual([undefined, 'active']);
});

describe('a certificate of an earlier leave that lists two as open', () => {
  const events = () => world.fake.engine.ledger.events(PLACEMENT);
  beforeEach(async () => {
    await halted(SAP, CRM);
    await world.stack.deploy('staging', { revokers: [other(SAP), other(CRM)] });
    expect((await records()).map(({ openIn = [] }) => openIn.length)).toEqual([1, 1]);
  });

  test('is continued when both are confirmed, one before and one after the next leave', async () => {
    await confirm('sap');
    await world.stack.destroy();
    await world.fake.resume();
    expect(world.ends()).toEqual([]);
    const [first, second] = world.certificates();
    expect(second.revocations).toMatchObject([{ revoker: 'crm', remaining: expect.any(String) }, { revoker: 'sap' }, { revoker: expect.stringMatching(/^crm~/) }]);
    world.fake.thirdParties.refusing.clear();
    await sweep(DAY_MS);
    expect(world.ends()).toMatchObject([{ id: first.id, revocations: [{ revoker: 'sap', attested: { reason: REASON } }, { revoker: 'crm', verifiedAt: expect.any(String) }] }]);
    await confirm('sap');
    expect(world.ends().map(({ id }) => id)).toEqual([first.id, second.id]);
    await world.check();
  });

  test('is continued by the next leave, if the process died that confirmed the last of them', async () => {
    await confirm('sap');
    world.fake.around = (operation) => {
      if (operation === 'Settle') {
        throw new Killed();
      }
    };
    await confirm('crm');
    world.fake.around = () => undefined;
    await world.fake.tellEnded();
    expect([world.ends(), (await records()).every(({ confirmed }) => confirmed !== undefined)]).toEqual([[], true]);
    await world.stack.destroy();
    await world.fake.resume();
    expect(world.ends()).toMatchObject([{ revocations: [{ revoker: 'sap' }, { revoker: 'crm' }] }]);
    await world.check();
  });

  test('is no part of a next leave that is held back at first', async () => {
    await confirm('sap');
    const before = await state();
    const hold = planLeave(before, request('Delete', before.present), { now: world.fake.now, leaversExceeded: '21 agents leave' });
    const held = applyChange(before, hold.note!);
    expect([held.status, revocationsOfLeave(held).map(({ revoker }) => revoker.id)]).toEqual(['leaving', ['crm']]);
    const leave = planLeave(held, request('Delete', before.present), { now: world.fake.now });
    expect(applyChange(held, leave.note!).revocations!.map(({ revoker, earlier = false }) => [revoker.id, earlier])).toEqual([
      ['sap', true], ['crm', false], ['sap', false], [expect.stringMatching(/^crm~/), false],
    ]);
  });

  test('that nothing would continue is found by a verification', async () => {
    await confirm('sap');
    expect(contradictionsOf(await state(), await events())).toEqual([]);
    const revocations = (await records()).filter(({ confirmed }) => confirmed === undefined);
    expect(contradictionsOf({ ...await state(), revocations }, await events()).map(({ reason }) => reason)).toEqual([expect.stringMatching(/lists the access at "sap" as open, and the state of the agent has nothing that will continue it/)]);
    expect(contradictionsOf({ ...await state(), revocations: [] }, await events()).map(({ reason }) => reason)).toEqual(expect.arrayContaining([expect.stringMatching(/access at "crm" is open since .* has nothing of it/)]));
  });
});

test('two leaves at one instant are two, also if the clock of the second process is behind', async () => {
  world.fake.thirdParties.refusing.clear();
  await left(CRM);
  const [{ since }] = await records();
  world.fake.now = new Date(Date.parse(since) - 5_000);
  await world.stack.deploy('test', { revokers: [CRM] });
  world.fake.thirdParties.access.set('crm', 'active');
  world.fake.now = new Date(Date.parse(since));
  await world.stack.destroy();
  await world.fake.resume();
  expect(Date.parse((await records())[0].since)).toBeGreaterThan(Date.parse(since));
  expect((await world.names()).filter((name) => name === 'revocation-confirmed')).toHaveLength(2);
  expect(new Set(world.fake.thirdParties.orders.map(({ since: at }) => at)).size).toBe(2);
});

test('many open revocations of earlier leaves hold up a join with any account: the state of an agent is one item', async () => {
  const many = (open: number): RevocationRecord[] => [...Array(open).keys()].map((number) => (
    { revoker: { id: 'sap', kind: 'human', settings: { ...SAP.Settings, subject: `BOT${number}` } }, since: `2026-05-01T00:00:00.0${number + 10}Z`, attempts: 1 }));
  await world.stack.deploy('test');
  await world.stack.destroy();
  await world.fake.resume();
  const before = await state();
  const join = request('Create', 'Q', { declared: { revokers: [{ id: 'sap', kind: 'human', settings: { subject: 'another' } }] } }) as LifecycleRequest<Join>;
  expect([10, 11].map((open) => stillRevoking({ ...before, revocations: many(open) }, join, { now: world.fake.now })?.code)).toEqual([undefined, 'RevocationsOpen']);
});

test('an account that an earlier version let the agent have again is not ended under it, nobody is asked to, and the alarm goes off', async () => {
  await world.stack.deploy('test', { revokers: [SAP, CRM] });
  const { engine } = world.fake;
  const at = world.fake.now.toISOString();
  const open = { since: at, attempts: 1, tryAt: at, told: true } as const;
  const revocations = (await state()).declared.revokers!.map((revoker): RevocationRecord => ({ revoker, ...open }));
  const origin = { kind: 'operator', arn: OPERATOR } as const;
  const byHand: LifecycleRequest = { requestId: 'by-hand', registry: 'agents', placement: PLACEMENT, origin, intent: { kind: 'finish' } };
  await engine.ledger.commit(PLACEMENT, await state(), { revocations }, [], eventContext(engine, byHand));
  await sweep(DAY_MS);
  expect([asked('bot-7'), asked('BOT7')]).toEqual([0, 0]);
  expect(await world.names()).not.toContain('revocation-open');
  expect(world.fake.metrics.filter((name) => name === 'RevocationOpen')).toHaveLength(2);
  expect(await records()).toMatchObject([1, 2].map(() => ({ attempts: 1, note: 'not asked, because the agent has joined again and declares the same account' })));
  // Its deployments continue.
  await world.stack.deploy('test', { revokers: [SAP, CRM], purpose: 'Another purpose of the agent' });
  expect(world.stack.failure).toBeUndefined();
  world.fake.thirdParties.refusing.clear();
  await world.stack.destroy();
  expect(asked('bot-7')).toBe(1);
});

test('a suspension puts back each account as it was, also if a deployment gave its revoker another one', async () => {
  const presences = new Map<unknown, string>([['bot-7', 'active'], ['another', 'inactive']]);
  world.fake.thirdParties.instead = ({ action, settings: { subject } }) => {
    const found = presences.get(subject);
    const now = action === 'look' ? found! : action === 'suspend' ? 'inactive' : 'active';
    presences.set(subject, now);
    return { outcome: 'confirmed', found, now, acted: true, note: '' };
  };
  const okta: RevokerProperties = { ...OKTA, OnSuspend: 'true' };
  await world.stack.deploy('test', { revokers: [okta] });
  await world.ask({ kind: 'suspend', reason: 'It does what it should not' });
  expect([...presences.values()]).toEqual(['inactive', 'inactive']);
  await world.stack.deploy('test', { revokers: [other(okta)] });
  expect([world.stack.failure, ...presences.values()]).toEqual([undefined, 'inactive', 'inactive']);
  await world.ask({ kind: 'resume', reason: 'It was a false alarm' });
  expect([...presences]).toEqual([['bot-7', 'active'], ['another', 'inactive']]);
});

test('a suspension reaches two accounts whose names differ in their letters only: the third party may tell them apart', async () => {
  const presences = new Map<unknown, string>([['bot-7', 'active'], ['BOT-7', 'active']]);
  world.fake.thirdParties.instead = ({ action, settings: { subject } }) => {
    const found = presences.get(subject);
    const now = action === 'look' ? found! : action === 'suspend' ? 'inactive' : 'active';
    presences.set(subject, now);
    return { outcome: 'confirmed', found, now, acted: true, note: '' };
  };
  const erp: RevokerProperties = { ...ERP, OnSuspend: 'true' };
  await world.stack.deploy('test', { revokers: [called(erp, 'BOT-7')] });
  await world.stack.deploy('test', { revokers: [erp] });
  await world.ask({ kind: 'suspend', reason: 'It does what it should not' });
  expect([...presences.values()]).toEqual(['inactive', 'inactive']);
  await world.ask({ kind: 'resume', reason: 'It was a false alarm' });
  expect([...presences.values()]).toEqual(['active', 'active']);
});

test.each<[string, () => object]>([
  ['got', () => {
    throw Object.assign(new Error('no answer'), { name: 'TimeoutError' });
  }],
  ['knows, because it was sent twice and the second one was refused,', () => ({ FunctionError: 'Unhandled', Payload: Buffer.from('{"errorType":"AskUnknown"}') })],
])('a call whose answer nobody %s holds up a join, with any account, until it can act no more; twin: an answered one holds up none', async (_what, lost) => {
  const { thirdParties } = world.fake;
  thirdParties.refusing.clear();
  let isLost = true;
  thirdParties.instead = ({ action }) => {
    if (action === 'revoke' && isLost) {
      isLost = false;
      return lost();
    }
    return undefined!;
  };
  await left(CRM);
  expect(await records()).toMatchObject([{ confirmed: { at: expect.any(String) } }]);
  for (const again of [CRM, other(CRM)]) {
    await world.stack.deploy('staging', { revokers: [again] });
    expect(world.stack.failure).toContain('PlacementBusy');
    expect([(await state()).status, await world.fake.engine.lock.holder(PLACEMENT)]).toEqual(['left', undefined]);
  }
  world.fake.now = new Date(world.fake.now.getTime() + 240_000);
  await world.stack.deploy('staging', { revokers: [CRM] });
  expect((await state()).status).toBe('active');

  await world.stack.destroy();
  await world.fake.resume();
  thirdParties.access.set('crm', 'active');
  await world.stack.deploy('test', { revokers: [CRM] });
  expect((await state()).status).toBe('active');
});

test('an answer counts, also if the row of its call could not be deleted', async () => {
  const { engine, thirdParties } = world.fake;
  thirdParties.refusing.clear();
  Object.assign(engine, { askIsOver: async () => Promise.reject(new Error('throttled')) });
  await left(CRM);
  expect(await records()).toMatchObject([{ attempts: 1, confirmed: { at: expect.any(String) } }]);
});

test('a call whose answer nobody got holds up a change that declares access outside of AWS, also if nothing of it is open any more; twin: one that declares none is not held up', async () => {
  await world.stack.deploy('test', { revokers: [CRM] });
  const order = { action: 'revoke', registry: 'agents', ...PLACEMENT, revoker: 'sap', kind: 'http', settings: {} } as const;
  await new AskLedger(world.fake.engine.table).keep(order, world.fake.now);
  expect(await records()).toEqual([]);
  await world.stack.deploy('test', { revokers: [CRM, SAP] });
  expect(world.stack.failure).toContain('PlacementBusy');
  await world.stack.deploy('test', { revokers: [] });
  expect(world.stack.failure).toBeUndefined();
});

describe('a call of a suspension or a resumption whose answer nobody got', () => {
  const crm: RevokerProperties = { ...CRM, OnSuspend: 'true' };
  const suspended = () => world.ask({ kind: 'suspend', reason: 'It does what it should not' });
  const resumed = () => world.ask({ kind: 'resume', reason: 'It was a false alarm' });
  const access = (): string | undefined => world.fake.thirdParties.access.get('crm');
  const orderOf = (action: RevokerAction) => ({ action, registry: 'agents', ...PLACEMENT, revoker: 'crm', kind: 'http', settings: {} } as const);
  const lost = (action: RevokerAction) => new AskLedger(world.fake.engine.table).keep(orderOf(action), world.fake.now);
  const { Id: crmId } = CRM;
  beforeEach(async () => {
    world.fake.thirdParties.refusing.clear();
    await world.stack.deploy('test', { revokers: [crm] });
  });

  test.each(['resume', 'suspend'] as const)('may activate the account after a suspension, which waits and repeats its work (%s)', async (action) => {
    await suspended();
    await resumed();
    await lost(action);
    const began = world.fake.now.getTime();
    // It acts late: right after the suspension has deactivated the account.
    let acted = false;
    world.fake.thirdParties.instead = (order) => {
      if (order.action === 'look' && access() === 'inactive' && !acted) {
        acted = true;
        queueMicrotask(() => world.fake.thirdParties.access.set(crmId, action === 'resume' ? 'active' : 'inactive'));
      }
      return undefined!;
    };
    const shown: string[] = [];
    world.fake.around = async (operation) => void (operation === 'Cut' && shown.push(statusOf(await state())));
    expect(await suspended()).toMatchObject({ output: { answered: 'SUCCESS' } });
    expect([acted, access(), world.canAct()]).toEqual([true, 'inactive', []]);
    // Nothing is said to be off before it is sure, and nobody is said to have switched it on.
    expect(shown.at(-1)).toBe(action === 'resume' ? 'suspended-partly' : 'suspending');
    expect([statusOf(await state()), (await world.names()).slice(-1)]).toEqual(['suspended', ['suspended']]);
    expect((await state()).suspension?.cuts).toContainEqual(expect.objectContaining({ name: 'third-parties', confirmedAt: expect.any(String) }));
    // Who waits for nothing is not held up.
    const seconds = (world.fake.now.getTime() - began) / 1000;
    expect([seconds >= 240, seconds < 10]).toEqual(action === 'resume' ? [true, false] : [false, true]);
  });

  test('may deactivate the account after a resumption, which is refused until it can act no more; twin: an answered one refuses none', async () => {
    await suspended();
    await lost('suspend');
    const holders: unknown[] = [];
    world.fake.around = async (operation) => void (operation === 'Begin' && holders.push(await world.fake.engine.lock.holder(PLACEMENT)));
    expect(await resumed()).toMatchObject({ output: { answered: 'FAILED', code: 'PlacementBusy' } });
    expect([access(), (await state()).suspension !== undefined]).toEqual(['inactive', true]);
    // It keeps no other request from the agent while it is tried again.
    expect([holders.length > 1, new Set(holders)]).toEqual([true, new Set([undefined])]);
    // What makes the agent less able is not refused.
    expect(await suspended()).toMatchObject({ output: { answered: 'SUCCESS' } });
    world.fake.now = new Date(world.fake.now.getTime() + 240_000);
    await resumed();
    expect([access(), (await state()).suspension]).toEqual(['active', undefined]);

    await suspended();
    await resumed();
    expect(access()).toBe('active');
  });

  test('may deactivate the account of an agent that joins again, which waits for it', async () => {
    await suspended();
    await lost('suspend');
    await world.stack.destroy();
    await world.fake.resume();
    await resumed();
    world.fake.thirdParties.access.set(crmId, 'active');
    await world.stack.deploy('test', { revokers: [crm] });
    expect(world.stack.failure).toContain('PlacementBusy');
    world.fake.now = new Date(world.fake.now.getTime() + 240_000);
    await world.stack.deploy('test', { revokers: [crm] });
    expect((await state()).status).toBe('active');
  });

  test('may activate the account after a leave, which waits for it; twin: one that deactivates it holds up none', async () => {
    const took = async (): Promise<number> => {
      const began = world.fake.now.getTime();
      await world.stack.destroy();
      await world.fake.resume();
      return (world.fake.now.getTime() - began) / 1000;
    };
    await lost('suspend');
    const usual = await took();
    world.fake.thirdParties.access.set(crmId, 'active');
    world.fake.now = new Date(world.fake.now.getTime() + 240_000);
    await world.stack.deploy('test', { revokers: [crm] });
    await lost('resume');
    const seen: unknown[] = [];
    world.fake.around = (operation) => void (operation === 'Revoke' && seen.push(access()));
    expect(await took()).toBeGreaterThan(usual + 100);
    // It is off meanwhile.
    expect(seen).toEqual(['active', 'inactive']);
    expect(access()).toBe('absent');
    expect(world.fake.thirdParties.orders.at(-1)).toMatchObject({ action: 'revoke' });
  });

  test('does not have a sweep deactivate an account that the agent uses again', async () => {
    const { engine, thirdParties } = world.fake;
    const at = world.fake.now.toISOString();
    const revocations = (await state()).declared.revokers!.map((revoker): RevocationRecord => (
      { revoker, since: at, attempts: 1, tryAt: at, told: true }
    ));
    const origin = { kind: 'operator', arn: OPERATOR } as const;
    const byHand: LifecycleRequest = { requestId: 'by-hand', registry: 'agents', placement: PLACEMENT, origin, intent: { kind: 'finish' } };
    await engine.ledger.commit(PLACEMENT, await state(), { revocations }, [], eventContext(engine, byHand));
    await new AskLedger(engine.table).keep(orderOf('resume'), new Date(world.fake.now.getTime() + DAY_MS));
    await sweep(DAY_MS);
    expect([thirdParties.orders.filter(({ action }) => action !== 'look'), access()]).toEqual([[], 'active']);
  });

  test('a resumption that fails at the third party leaves nothing that is called suspended, and blames nobody', async () => {
    await suspended();
    world.fake.thirdParties.refusing.set(crmId, 'it responded 503');
    expect(await resumed()).toMatchObject({ output: { answered: 'FAILED', code: 'NotRestored' } });
    expect([statusOf(await state()), (await state()).suspension?.cuts?.find(({ name }) => name === 'third-parties')?.confirmedAt]).toEqual(['suspending', undefined]);
    world.fake.thirdParties.refusing.clear();
    world.fake.thirdParties.access.set(crmId, 'active');
    await suspended();
    expect([statusOf(await state()), access()]).toEqual(['suspended', 'inactive']);
    expect(await world.names()).toEqual(['joined', 'suspended', 'transition-failed']);
  });

  test('an alarm that comes while a resumption waits counts; twin: one that came before does not', async () => {
    await suspended();
    world.fake.now = new Date(world.fake.now.getTime() + 60_000);
    world.fake.around = async (operation) => {
      if (operation === 'Begin') {
        world.fake.around = () => undefined;
        world.fake.now = new Date(world.fake.now.getTime() + 1_000);
        await suspended();
      }
    };
    expect(await resumed()).toMatchObject({ output: { answered: 'FAILED', code: 'SuspendedSince' } });
    expect([statusOf(await state()), access(), world.canAct()]).toEqual(['suspended', 'inactive', []]);
    world.fake.now = new Date(world.fake.now.getTime() + 1_000);
    expect(await resumed()).toMatchObject({ output: { answered: 'SUCCESS' } });
    expect([statusOf(await state()), access()]).toEqual(['active', 'active']);
  });
});
