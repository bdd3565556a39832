import { PLACEMENT, WITHOUT_DRIFT } from './decision/requests';
import { Killed } from './state-machine';
import { OPERATOR, World } from './world';
import { DecommissionCertificate, renderCertificate } from '../../../runtime/evidence';
import { Fleet } from '../../../runtime/ledger';
import { statusOf } from '../../../runtime/model/placement-state';
import { requestIdOf } from '../../../src/contract/request-id';
import { RevokerProperties } from '../../../src/contract/revokers';

jest.mock('../../../runtime/aws/cloudformation/response', () => ({
  ...jest.requireActual<object>('../../../runtime/aws/cloudformation/response'),
  sendResponse: async (_url: URL, answer: { RequestId: string }) => {
    jest.requireActual<typeof import('./mailbox')>('./mailbox').mailbox.set(answer.RequestId, answer as never);
    return 'taken';
  },
}));

const OKTA: RevokerProperties = { Id: 'okta', Kind: 'scim', Settings: { baseUrl: 'https://idp.example.com/scim/v2', secretArn: 'arn:secret', removal: 'delete' }, OnSuspend: 'true', MonthlyCost: '12.50', Currency: 'EUR' };
const CRM: RevokerProperties = { Id: 'crm', Kind: 'http', Settings: { url: 'https://crm.example.com/{agentName}' }, MonthlyCost: '100' };
const HOUR_MS = 3_600_000;

let world: World;
let sweeps = 0;
beforeEach(() => {
  world = new World({ agenda: { ...WITHOUT_DRIFT, revocationRetrySeconds: 600 } });
  world.fake.thirdParties.access.set('okta', 'active').set('crm', 'active');
});

const third = () => world.fake.thirdParties;
const revocations = async () => (await world.state())?.revocations ?? [];
const certificate = (): DecommissionCertificate => world.certificates().at(-1)!;
const asked = (action: string): string[] => third().orders.filter((order) => order.action === action).map(({ revoker }) => revoker);

async function sweep(afterMs = 0): Promise<void> {
  world.fake.now = new Date(world.fake.now.getTime() + afterMs);
  const requestId = requestIdOf('schedule', 'attend', String(++sweeps));
  await world.fake.run({ requestId, registry: 'agents', placement: PLACEMENT, origin: { kind: 'schedule', arn: 'arn:aws:lambda:::sweep' }, intent: { kind: 'attend', mayRemove: true } });
}

test('a leave revokes at every third party and certifies what was found, revoked and seen', async () => {
  await world.stack.deploy('test', { revokers: [OKTA, CRM] });
  expect(third().orders).toEqual([]);
  await world.stack.destroy();
  await world.check();

  expect(asked('revoke').sort()).toEqual(['crm', 'okta']);
  expect(third().orders[0]).toMatchObject({ registry: 'agents', account: '111122223333', agentName: 'invoice-bot' });
  expect([...third().access.values()]).toEqual(['absent', 'absent']);
  expect(statusOf((await world.state())!)).toBe('left');
  expect(await world.names()).toEqual(['joined', 'revocation-confirmed', 'revocation-confirmed', 'principal-retired', 'left', 'deletion-confirmed']);
  expect(certificate()).toMatchObject({
    revocations: [
      { revoker: 'okta', kind: 'scim', found: 'active', revoked: true, verifiedAt: expect.any(String), monthlyCost: { amount: 12.5, currency: 'EUR' } },
      { revoker: 'crm', kind: 'http', found: 'active', revoked: true, verifiedAt: expect.any(String) },
    ],
    noLongerPaid: { EUR: 12.5, USD: 100 },
  });
  expect(certificate().revocations?.some(({ remaining }) => remaining !== undefined)).toBe(false);
  const text = renderCertificate({ certificate: certificate() });
  expect(text).toMatch(/okta \(scim, 12\.50 EUR a month\)\n +found active, and asked to revoke it\n +a look at .* saw that it is revoked/);
  expect(text).toContain('no longer paid: 100.00 USD a month');
});

test('an agent without revokers leaves as before, and no third party is asked', async () => {
  await world.stack.deploy('test');
  await world.stack.destroy();
  await world.check();
  expect(third().orders).toEqual([]);
  expect(certificate().revocations).toBeUndefined();
  expect(await revocations()).toEqual([]);
});

test('a third party that fails for a moment is asked again by the leave itself', async () => {
  let failures = 2;
  third().instead = () => (failures-- > 0 ? { FunctionError: 'Unhandled', Payload: Buffer.from('{}') } : undefined!);
  await world.stack.deploy('test', { revokers: [OKTA] });
  await world.stack.destroy();
  await world.check();
  expect(asked('revoke')).toHaveLength(3);
  expect(await revocations()).toMatchObject([{ attempts: 3, confirmed: { at: expect.any(String) } }]);
  expect(await world.names()).not.toContain('revocation-open');
});

test('one that refuses keeps the leave open, visible and alarming; once it recovers, a sweep confirms it', async () => {
  third().refusing.set('okta', 'it responded 503');
  await world.stack.deploy('test', { revokers: [OKTA, CRM] });
  await world.stack.destroy();
  // The stack no longer exists all the same: nobody at AWS waits for a server of others.
  expect(world.stack.status).toBeUndefined();
  expect(world.canAct()).toEqual([]);
  await world.check();

  const fleet = new Fleet(world.fake.engine.table);
  expect(statusOf((await world.state())!)).toBe('revoking');
  expect(await fleet.some(1)).toMatchObject([{ agentName: 'invoice-bot', status: 'revoking', openRevocations: ['okta'], monthlyCosts: { EUR: 12.5 }, noLongerPaid: { USD: 100 } }]);
  expect(await fleet.count()).toBe(1);
  expect(world.fake.metrics.filter((name) => name === 'RevocationOpen')).toHaveLength(4);
  expect(certificate().revocations).toMatchObject([{ revoker: 'okta', found: 'active', verifiedAt: null, remaining: 'it responded 503' }, { revoker: 'crm' }]);
  expect(certificate().noLongerPaid).toEqual({ USD: 100 });
  expect(renderCertificate({ certificate: certificate() })).toContain('NOT CONFIRMED: it responded 503');
  expect((await world.names()).filter((name) => name === 'revocation-open')).toHaveLength(1);

  // Back-off: nothing is due yet, then each attempt waits longer.
  const before = asked('revoke').length;
  await sweep(1_000);
  expect(asked('revoke')).toHaveLength(before);
  await sweep(HOUR_MS);
  expect(asked('revoke')).toHaveLength(before + 1);
  await sweep(700_000);
  expect(asked('revoke')).toHaveLength(before + 1);
  expect(world.fake.metrics.filter((name) => name === 'RevocationOpen')).toHaveLength(5);
  expect((await world.names()).filter((name) => name === 'revocation-open')).toHaveLength(1);

  third().refusing.clear();
  await sweep(HOUR_MS);
  expect(third().access.get('okta')).toBe('absent');
  expect(statusOf((await world.state())!)).toBe('left');
  expect((await world.names()).slice(-2)).toEqual(['revocation-confirmed', 'revocations-certified']);
  expect(await fleet.some(1)).toEqual([]);
  expect(await fleet.count()).toBe(0);
  expect((await fleet.list())[0]).toMatchObject({ status: 'left', noLongerPaid: { EUR: 12.5, USD: 100 } });
  await sweep(100 * HOUR_MS);
  expect(asked('revoke')).toHaveLength(before + 2);
  await world.check();
});

test('the name can\'t join again while a revocation is open, and can afterwards', async () => {
  third().refusing.set('okta', 'it responded 503');
  await world.stack.deploy('test', { revokers: [OKTA] });
  await world.stack.destroy();
  await world.fake.resume();
  await world.stack.deploy('test', { revokers: [OKTA] });
  expect(world.stack.failure).toMatch(/RevocationsOpen: agent invoice-bot has left, and it is not confirmed that its access no longer exists at okta \(it responded 503; since \S+, asked of scim\): .*`nhi confirm invoice-bot .* or declare another account there \(`subject`\) for okta; then deploy again/);
  third().refusing.clear();
  await sweep(24 * HOUR_MS);
  await world.stack.deploy('test', { revokers: [OKTA] });
  expect(await world.state()).toMatchObject({ status: 'active' });
  expect((await world.state())?.revocations).toBeUndefined();
});

test('a person attests what the registry can\'t see, and it is recorded as that', async () => {
  third().refusing.set('okta', 'it responded 401');
  await world.stack.deploy('test', { revokers: [OKTA] });
  await world.stack.destroy();
  await world.fake.resume();
  expect((await world.ask({ kind: 'confirm-revocation', revoker: 'crm', reason: 'The contract has ended' }))?.output).toMatchObject({ code: 'RevocationUnknown' });
  expect((await world.ask({ kind: 'confirm-revocation', revoker: 'okta', reason: '' }))?.output).toMatchObject({ code: 'ReasonInvalid' });
  expect(statusOf((await world.state())!)).toBe('revoking');

  await world.ask({ kind: 'confirm-revocation', revoker: 'okta', reason: 'The contract has ended' });
  expect(statusOf((await world.state())!)).toBe('left');
  expect(await revocations()).toMatchObject([{ confirmed: { by: OPERATOR, reason: 'The contract has ended' } }]);
  const last = (await world.fake.engine.ledger.events(PLACEMENT)).at(-2)!;
  expect(last.data.unmapped).toMatchObject({ details: { revoker: 'okta', how: 'attested', by: OPERATOR, reason: 'The contract has ended' } });
  const orders = third().orders.length;
  await sweep(48 * HOUR_MS);
  expect(third().orders).toHaveLength(orders);
});

test('what is removed from the code, or changed, is kept for the leave, and put back it is no longer', async () => {
  await world.stack.deploy('test', { revokers: [OKTA, CRM] });
  const elsewhere = { ...CRM, Settings: { url: 'https://crm2.example.com/{agentName}' } };
  await world.stack.deploy('test', { revokers: [elsewhere] });
  const [crm, okta] = [...(await world.state())!.formerRevokers!].sort((a, b) => a.id.localeCompare(b.id));
  expect(okta.id).toBe('okta');
  expect(crm.id).toMatch(/^crm~[0-9a-f]{6}$/);
  expect(third().orders).toEqual([]);

  await world.stack.deploy('test', { revokers: [OKTA, elsewhere] });
  expect((await world.state())!.formerRevokers).toMatchObject([{ id: crm.id }]);
  third().access.set(crm.id, 'active');
  await world.stack.destroy();
  await world.check();
  expect(asked('revoke').sort()).toEqual(['crm', crm.id, 'okta'].sort());
});

test('another key of a GitHub App replaces the former one, and another app or installation does not', async () => {
  const Settings = { apiUrl: 'https://api.github.com', clientId: 'Iv23liInvoices', installationId: '12345678', keyArn: 'arn:aws:kms:eu-west-1:111122223333:key/k1' };
  const github = (changes: object = {}): RevokerProperties => ({ Id: 'github', Kind: 'github-app', Settings: { ...Settings, ...changes } });
  await world.stack.deploy('test', { revokers: [github()] });
  const rotated = { keyArn: 'arn:aws:kms:eu-west-1:111122223333:key/k2' };
  await world.stack.deploy('test', { revokers: [github(rotated)] });
  const { declared, formerRevokers } = (await world.state())!;
  expect([declared.revokers, formerRevokers]).toMatchObject([[{ settings: rotated }], undefined]);
  await world.stack.deploy('test', { revokers: [github({ clientId: 'Iv23liOther0' })] });
  await world.stack.deploy('test', { revokers: [github({ installationId: '99' })] });
  expect((await world.state())!.formerRevokers).toMatchObject([{ settings: { ...Settings, ...rotated } }, { settings: { clientId: 'Iv23liOther0' } }]);
});

test('a failed deployment that had dropped a revoker is undone with it', async () => {
  await world.stack.deploy('test', { revokers: [OKTA] });
  await world.stack.deploy('production', { revokers: [CRM], fails: true, undo: 'both' });
  const { declared, formerRevokers } = (await world.state())!;
  expect(declared.revokers).toMatchObject([{ id: 'okta' }]);
  // What the undone deployment declared may have been made.
  expect(formerRevokers).toMatchObject([{ id: 'crm' }]);
});

test('only so many are kept: the deployment is refused until an operator confirms what no longer exists', async () => {
  const numbered = (number: number): RevokerProperties => ({ ...CRM, Settings: { url: `https://crm${number}.example.com/` } });
  for (let number = 0; number <= 11; number++) {
    await world.stack.deploy('test', { revokers: [numbered(number)] });
  }
  expect(world.stack.failure).toMatch(/RevokersExceeded: agent invoice-bot no longer declares 11 revokers, at most 10/);
  expect((await world.state())!.declared.revokers).toMatchObject([{ settings: { url: 'https://crm10.example.com/' } }]);
  const [first] = (await world.state())!.formerRevokers!;
  await world.ask({ kind: 'confirm-revocation', revoker: first.id, reason: 'Its contract has ended' });
  await world.stack.deploy('test', { revokers: [numbered(11)] });
  expect((await world.state())!.declared.revokers).toMatchObject([{ settings: { url: 'https://crm11.example.com/' } }]);
});

test('a suspension deactivates what can be activated again, and a resumption activates it', async () => {
  await world.stack.deploy('test', { revokers: [OKTA, CRM] });
  await world.ask({ kind: 'suspend', reason: 'It does what it should not' });
  expect([...third().access]).toEqual([['okta', 'inactive'], ['crm', 'active']]);
  expect(statusOf((await world.state())!)).toBe('suspended');
  await world.ask({ kind: 'resume', reason: 'It was a false alarm' });
  expect([...third().access]).toEqual([['okta', 'active'], ['crm', 'active']]);
});

test('a resumption activates what a deployment has declared meanwhile as not to be deactivated', async () => {
  await world.stack.deploy('test', { revokers: [OKTA] });
  await world.ask({ kind: 'suspend', reason: 'It does what it should not' });
  const { OnSuspend: _on, ...okta } = OKTA;
  await world.stack.deploy('test', { revokers: [okta] });
  await world.ask({ kind: 'resume', reason: 'It was a false alarm' });
  expect([...third().access]).toEqual([['okta', 'active'], ['crm', 'active']]);
  expect((await world.state())!.suspension).toBeUndefined();
  await world.ask({ kind: 'suspend', reason: 'It does what it should not' });
  expect(third().access.get('okta')).toBe('active');
});

test('a resumption activates with the settings that say how, if a deployment has dropped these meanwhile', async () => {
  const crm: RevokerProperties = { ...CRM, Settings: { ...CRM.Settings, resume: { url: 'https://crm.example.com/on', method: 'POST', expected: '200' } } as never, OnSuspend: 'true' };
  await world.stack.deploy('test', { revokers: [crm] });
  await world.ask({ kind: 'suspend', reason: 'It does what it should not' });
  await world.stack.deploy('test', { revokers: [CRM] });
  await world.ask({ kind: 'resume', reason: 'It was a false alarm' });
  expect(third().orders.filter(({ action }) => action === 'resume')).toMatchObject([{ settings: { resume: { method: 'POST' } } }]);
  expect((await world.state())!.suspension).toBeUndefined();
});

test('a resumption ends although an operator has confirmed that something no longer exists, and its event says what stays off', async () => {
  await world.stack.deploy('test', { revokers: [OKTA] });
  await world.ask({ kind: 'suspend', reason: 'It does what it should not' });
  await world.stack.deploy('test', { revokers: [] });
  const [former] = (await world.state())!.formerRevokers!;
  await world.ask({ kind: 'confirm-revocation', revoker: former.id, reason: 'Its contract has ended' });
  expect((await world.ask({ kind: 'resume', reason: 'It was a false alarm' }))?.output).toMatchObject({ answered: 'SUCCESS' });
  expect(third().access.get('okta')).toBe('inactive');
  const [resumed] = (await world.fake.engine.ledger.events(PLACEMENT)).filter(({ type }) => type.includes('resumed'));
  expect((resumed.data.unmapped as { details: object }).details).toMatchObject({ notRestored: [expect.stringMatching(/^third-parties okta~[0-9a-f]{12} \(the agent has no such revoker any more/)] });
});

test('one that refuses leaves the suspension partial and says so; what was inactive before stays inactive', async () => {
  third().refusing.set('okta', 'it responded 503');
  await world.stack.deploy('test', { revokers: [OKTA] });
  await world.ask({ kind: 'suspend', reason: 'It does what it should not' });
  expect(statusOf((await world.state())!)).toBe('suspended-partly');
  expect((await world.state())!.suspension!.cuts!.find(({ name }) => name === 'third-parties')!.rest).toEqual([expect.stringMatching(/^okta~[0-9a-f]{12}: NotDenied: okta: it responded 503$/)]);
  third().refusing.clear();
  third().access.set('okta', 'inactive');
  await world.ask({ kind: 'suspend', reason: 'It does what it should not' });
  expect(statusOf((await world.state())!)).toBe('suspended');
});

test('one third party that does not respond keeps no other account active, is said, and is deactivated by the next suspension', async () => {
  const sf: RevokerProperties = { ...OKTA, Id: 'sf', Settings: { ...OKTA.Settings, baseUrl: 'https://sf.example.com/scim/v2' } };
  await world.stack.deploy('test', { revokers: [OKTA, sf] });
  third().access.set('sf', 'active');
  third().instead = ({ revoker }) => (revoker === 'okta' ? { outcome: 'open', acted: false, note: 'it did not respond' } : undefined as never);
  await world.ask({ kind: 'suspend', reason: 'It does what it should not' });
  expect([third().access.get('okta'), third().access.get('sf')]).toEqual(['active', 'inactive']);
  expect(statusOf((await world.state())!)).toBe('suspended-partly');
  const cut = async () => (await world.state())!.suspension!.cuts!.find(({ name }) => name === 'third-parties')!;
  expect((await cut()).rest).toEqual([expect.stringMatching(/^okta~[0-9a-f]{12} could not be looked at: .*it did not respond$/)]);
  expect((await cut()).changes.map(({ id }) => id)).toEqual([expect.stringMatching(/^sf~/)]);

  third().instead = undefined;
  await world.ask({ kind: 'suspend', reason: 'It does what it should not' });
  expect(statusOf((await world.state())!)).toBe('suspended');
  await world.ask({ kind: 'resume', reason: 'It was a false alarm' });
  expect([third().access.get('okta'), third().access.get('sf')]).toEqual(['active', 'active']);
});

test('a suspension says which access outside of AWS it leaves as it is', async () => {
  await world.stack.deploy('test', { revokers: [OKTA, CRM] });
  await world.ask({ kind: 'suspend', reason: 'It does what it should not' });
  const said = (await world.state())!.suspension!.beyondReach!.filter((line) => line.includes('third party'));
  expect(said).toEqual(['its access at the third party crm (http) is as it was: no suspension deactivates it']);
});

test.each(['Revoke', 'Settle'])('an execution that dies before %s loses no revocation and none is done silently', async (step) => {
  await world.stack.deploy('test', { revokers: [OKTA] });
  let once = true;
  world.fake.around = (operation) => {
    if (once && operation === step) {
      once = false;
      throw new Killed();
    }
  };
  await world.stack.destroy();
  expect(await revocations()).toMatchObject([{ revoker: { id: 'okta' } }]);
  await world.fake.tellEnded();
  // The stack is destroyed again, or the sweep tries what is open.
  await sweep(HOUR_MS);
  await world.stack.destroy();
  await world.check();
  expect(third().access.get('okta')).toBe('absent');
  expect(await revocations()).toMatchObject([{ found: 'active', confirmed: { at: expect.any(String) } }]);
  expect((await world.names()).filter((name) => name === 'revocation-confirmed')).toHaveLength(1);
  expect(certificate().revocations).toMatchObject([{ revoker: 'okta', found: 'active', revoked: true, verifiedAt: expect.any(String) }]);
});

test('a third party that wants to be left alone is not asked again by the leave, and not by a sweep before its time', async () => {
  third().instead = ({ revoker }) => ({ outcome: 'open', acted: false, note: 'it responded 429', ...(revoker === 'okta' ? { retryAfterSeconds: 7_200 } : {}) });
  await world.stack.deploy('test', { revokers: [OKTA, CRM] });
  await world.stack.destroy();
  expect(asked('revoke')).toEqual(['okta', 'crm', 'crm', 'crm', 'crm']);
  await sweep(HOUR_MS);
  expect(asked('revoke').filter((id) => id === 'okta')).toHaveLength(1);
  third().instead = undefined;
  await sweep(HOUR_MS + 60_000);
  expect(statusOf((await world.state())!)).toBe('left');
});

test('what the function says is bounded and harmless, whatever it says', async () => {
  third().instead = () => ({ outcome: 'open', acted: true, note: `a\u001b[2J${'x'.repeat(1_000)}` });
  await world.stack.deploy('test', { revokers: [OKTA] });
  await world.stack.destroy();
  const [{ note }] = await revocations();
  expect(note).toHaveLength(300);
  expect(note).not.toContain('\u001b');
  third().instead = () => ({ outcome: 'gone' });
  await sweep(HOUR_MS);
  expect(await revocations()).toMatchObject([{ note: 'the function for revokers could not be invoked, or did not answer as expected' }]);
  expect(statusOf((await world.state())!)).toBe('revoking');
});
