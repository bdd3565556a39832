import { PLACEMENT, WITHOUT_DRIFT } from './decision/requests';
import { Killed } from './state-machine';
import { World } from './world';
import { renderCertificate } from '../../../runtime/evidence';
import { revocationReference } from '../../../runtime/model/human-revocation';
import { statusOf } from '../../../runtime/model/placement-state';
import { ConfirmRevocation, PageProof } from '../../../runtime/model/request';
import { requestIdOf, vouchedRequestId } from '../../../src/contract/request-id';
import { RevokerProperties } from '../../../src/contract/revokers';

jest.mock('../../../runtime/aws/cloudformation/response', () => jest.requireActual<typeof import('./mailbox')>('./mailbox').responsesToMailbox());

const KIM = 'kim@example.com';
const SAP: RevokerProperties = { Id: 'sap', Kind: 'human', Settings: { team: [KIM, 'IT-Desk@example.com'], steps: ['Open transaction SU01', 'Lock the user and delete it'] }, MonthlyCost: '40' };
const CRM: RevokerProperties = { Id: 'crm', Kind: 'http', Settings: { url: 'https://crm.example.com/{agentName}' } };
const REASON = 'Deleted the user in SU01';
const DAY_MS = 86_400_000;
const LINK: PageProof = { proof: 'mail-link', email: KIM, link: 'ab'.repeat(32), purpose: 'revocation' };
const SIGN_IN: PageProof = { proof: 'sign-in', email: 'it-desk@example.com', issuer: 'https://id.example.com', subject: 'desk' };

let world: World;
let requests = 0;

beforeEach(() => {
  world = new World({ agenda: WITHOUT_DRIFT });
  world.fake.thirdParties.access.set('crm', 'active');
});

const state = async () => (await world.state())!;
const record = async (id = 'sap') => (await state()).revocations!.find(({ revoker }) => revoker.id === id)!;
const details = async (name: string) => (await world.fake.engine.ledger.events(PLACEMENT)).filter(({ type }) => type.split('.')[2] === name)
  .map(({ data }) => (data.unmapped as { details: Record<string, unknown> }).details);

async function sweep(afterMs = 0): Promise<void> {
  world.fake.now = new Date(world.fake.now.getTime() + afterMs);
  const requestId = requestIdOf('schedule', 'attend', String(++requests));
  await world.fake.run({ requestId, registry: 'agents', placement: PLACEMENT, origin: { kind: 'schedule', arn: 'arn:aws:lambda:::sweep' }, intent: { kind: 'attend', mayRemove: true } });
}

async function left(...revokers: RevokerProperties[]): Promise<void> {
  await world.stack.deploy('test', { revokers });
  await world.stack.destroy();
  await world.fake.resume();
}

/** What the page asks in the name of a person. */
async function onPage(proven: PageProof | undefined, changes: Partial<ConfirmRevocation> = {}): Promise<unknown> {
  const confirmation = changes.confirmation ?? revocationReference(await record(changes.revoker));
  return (await world.fake.run({
    requestId: requestIdOf('page', 'confirm-revocation', String(++requests)),
    registry: 'agents',
    placement: PLACEMENT,
    origin: { kind: 'page', arn: 'arn:aws:lambda:::page' },
    intent: { kind: 'confirm-revocation', revoker: 'sap', reason: REASON, ...changes, confirmation, ...(proven === undefined ? {} : { proven }) },
  }))?.output;
}

/** What an operator asks at the terminal, in a session that IAM vouches for. */
async function atTerminal(roleId = 'AROA000000000900', name = 'ada'): Promise<unknown> {
  return (await world.fake.run({
    requestId: vouchedRequestId('confirm-revocation', `${roleId}:${name}`, String(++requests)),
    registry: 'agents',
    placement: PLACEMENT,
    origin: { kind: 'operator', arn: `arn:aws:sts::111122223333:assumed-role/operator/${name}` },
    intent: { kind: 'confirm-revocation', revoker: 'sap', reason: REASON },
  }))?.output;
}

test('people are asked once by a leave, also if the answer of the step that asks them is lost and Step Functions repeats it, and if the leave is finished by hand', async () => {
  await world.stack.deploy('test', { revokers: [SAP] });
  let once = true;
  world.fake.disturb((call, moment) => {
    if (once && call === 'dynamodb:TransactWrite' && moment === 'after' && JSON.stringify([...world.fake.memory.items.values()]).includes('revocation-open')) {
      once = false;
      throw Object.assign(new Error('socket hang up'), { name: 'TimeoutError' });
    }
  });
  await world.stack.destroy();
  await world.fake.resume();
  expect(once).toBe(false);
  expect((await details('revocation-open')).map(({ isReminder }) => isReminder)).toEqual([undefined]);
  expect(world.fake.metrics).not.toContain('RevocationOpen');
  await sweep(30 * DAY_MS);
  expect((await details('revocation-open')).map(({ isReminder }) => isReminder)).toEqual([undefined, true]);
});

test('a subject that is changed, rolled back and changed again is asked about once, and the leave ends', async () => {
  for (const subject of ['BOT1', 'BOT2', 'BOT1', 'BOT2']) {
    await world.stack.deploy('test', { revokers: [{ ...SAP, Settings: { ...SAP.Settings, subject } }] });
  }
  expect((await state()).formerRevokers).toMatchObject([{ settings: { subject: 'BOT1' } }]);
  await world.stack.destroy();
  await world.fake.resume();
  expect((await details('revocation-open')).map(({ subject }) => subject).sort()).toEqual(['BOT1', 'BOT2']);
  await world.check();
});

test('a leave asks the team once, does not wait for it, and stays open until one of them confirms it with the link of the mail', async () => {
  await left(SAP);
  expect(world.stack.status).toBeUndefined();
  expect(world.canAct()).toEqual([]);
  expect(statusOf(await state())).toBe('revoking');
  const [asked] = await details('revocation-open');
  expect(asked).toMatchObject({
    revoker: 'sap', kind: 'human', team: [KIM, 'it-desk@example.com'], steps: SAP.Settings.steps, confirmation: revocationReference(await record()), attempts: 1,
  });
  expect(asked.isReminder).toBeUndefined();
  // Who was asked a moment ago is not late.
  expect(world.fake.metrics).not.toContain('RevocationOpen');
  const [certificate] = world.certificates();
  expect(certificate.revocations).toMatchObject([{ revoker: 'sap', kind: 'human', found: null, revoked: false, verifiedAt: null, remaining: expect.stringContaining('has not confirmed it') }]);
  expect(renderCertificate({ certificate })).toContain('Third part: not written. It is not confirmed that all access at sap no longer exists');

  expect(await onPage(LINK)).toMatchObject({ answered: 'SUCCESS' });
  expect(statusOf(await state())).toBe('left');
  expect(await details('revocation-confirmed')).toMatchObject([{ revoker: 'sap', how: 'attested', by: KIM, proof: 'mail-link', reason: REASON, noLongerPaid: { amount: 40, currency: 'USD' } }]);
  const [ended] = world.ends();
  expect(ended).toMatchObject({ id: certificate.id, revocations: [{ revoker: 'sap', kind: 'human', verifiedAt: null, attested: { by: KIM, reason: REASON, proof: 'mail-link' } }] });
  expect(renderCertificate({ certificate, ended })).toMatch(/Third part, recorded[^]*attested at \S+ by kim@example\.com with the link of a mail, and not seen by the registry: Deleted the user in SU01/);
  expect((await record()).openIn).toBeUndefined();
  await world.check();
});

test('nobody who confirms: the team is reminded after a day, two, four, and then each week, and each time the alarm goes off', async () => {
  await left(SAP);
  for (const days of [1, 2, 4, 7, 7]) {
    const before = (await details('revocation-open')).length;
    await sweep(days * DAY_MS - 60_000);
    expect([days, (await details('revocation-open')).length]).toEqual([days, before]);
    await sweep(61_000);
    expect([days, (await details('revocation-open')).length]).toEqual([days, before + 1]);
  }
  expect((await details('revocation-open')).slice(1).every(({ isReminder }) => isReminder === true)).toBe(true);
  expect(world.fake.metrics.filter((name) => name === 'RevocationOpen')).toHaveLength(5);
  expect(statusOf(await state())).toBe('revoking');
  // Not for a moment longer than it takes.
  await onPage(SIGN_IN);
  const asked = (await details('revocation-open')).length;
  await sweep(30 * DAY_MS);
  expect(await details('revocation-open')).toHaveLength(asked);
  await world.check();
});

test('a function for revokers that fails delays no question and no reminder: people are not asked by it', async () => {
  world.fake.thirdParties.instead = () => ({ FunctionError: 'Unhandled', Payload: Buffer.from('{}') });
  const since = world.fake.now.getTime();
  await left(SAP, CRM);
  expect(world.fake.thirdParties.orders.every(({ revoker }) => revoker === 'crm')).toBe(true);
  const asked = async () => (await details('revocation-open')).filter(({ revoker }) => revoker === 'sap');
  expect(await asked()).toMatchObject([{ attempts: 1, team: [KIM, 'it-desk@example.com'], note: 'the team was asked to revoke it, and has not confirmed it' }]);
  const { tryAt = '', attempts } = await record();
  expect([attempts, Date.parse(tryAt) - since < DAY_MS + 10 * 60_000]).toEqual([1, true]);
  await sweep(DAY_MS);
  expect(await asked()).toMatchObject([{ attempts: 1 }, { attempts: 2, isReminder: true }]);
  expect((await record('crm')).note).toBe('the function for revokers failed: its log shows why');
});

test('people are asked although the execution dies while it waits for others', async () => {
  world.fake.thirdParties.refusing.set('crm', 'it responded 503');
  let revoking = 0;
  world.fake.around = (operation) => {
    if (operation === 'Revoke' && ++revoking === 2) {
      throw new Killed();
    }
  };
  await left(SAP, CRM);
  expect((await details('revocation-open')).map(({ revoker }) => revoker)).toEqual(['sap']);
});

test('who confirms after a sign-in is recorded with that, as the address in lower case', async () => {
  await left(SAP);
  await onPage({ ...SIGN_IN, email: 'IT-Desk@Example.com' });
  expect(await record()).toMatchObject({ confirmed: { by: 'it-desk@example.com', proof: 'sign-in', reason: REASON } });
});

test.each<[string, PageProof | undefined, Partial<ConfirmRevocation>]>([
  ['somebody else who signed in', { ...SIGN_IN, email: 'eve@example.com' }, {}],
  ['the sponsor, who was not asked', { ...SIGN_IN, email: 'ada@example.com' }, {}],
  ['the link of a review', { ...LINK, purpose: 'review' } as PageProof, {}],
  ['the link of an offer', { ...LINK, purpose: 'offer' } as PageProof, {}],
  ['a link to another person', { ...LINK, email: 'eve@example.com' } as PageProof, {}],
  ['a link to another leave', LINK, { confirmation: 'ab'.repeat(16) }],
  ['no proof', undefined, {}],
  ['access that no people revoke', LINK, { revoker: 'crm' }],
])('on the page, %s confirms nothing', async (_what, proof, changes) => {
  world.fake.thirdParties.refusing.set('crm', 'it responded 503');
  await left(SAP, CRM);
  expect(await onPage(proof, changes)).toMatchObject({ answered: 'FAILED', code: 'ConfirmationNotAsked' });
  expect((await state()).revocations!.map(({ confirmed }) => confirmed)).toEqual([undefined, undefined]);
  expect(await details('revocation-confirmed')).toEqual([]);
});

test('an operator confirms it in a session that IAM vouches for, and neither without one nor as the agent itself', async () => {
  await left(SAP);
  expect((await world.ask({ kind: 'confirm-revocation', revoker: 'sap', reason: REASON }))?.output).toMatchObject({ code: 'ConfirmationUnvouched' });
  const [own] = Object.keys((await state()).principals);
  const agentId = own.replace(/[^A-Z0-9]/g, '');
  expect(agentId).toBe(own);
  expect(await atTerminal(own)).toMatchObject({ code: 'ConfirmationByAgent' });
  expect(statusOf(await state())).toBe('revoking');
  expect(await atTerminal()).toMatchObject({ answered: 'SUCCESS' });
  expect(await record()).toMatchObject({ confirmed: { by: 'arn:aws:sts::111122223333:assumed-role/operator/ada', proof: 'aws-session' } });
  await world.check();
});

test('a second confirmation changes nothing: the first one counts', async () => {
  await left(SAP);
  await onPage(LINK);
  expect(await onPage(SIGN_IN)).toMatchObject({ code: 'RevocationUnknown' });
  expect(await details('revocation-confirmed')).toMatchObject([{ by: KIM }]);
});

test('another team or other steps replace what was declared: the leave asks the present team only', async () => {
  await world.stack.deploy('test', { revokers: [SAP] });
  await world.stack.deploy('test', { revokers: [{ ...SAP, Settings: { team: ['new@example.com'], steps: ['Ask the help desk'] } }] });
  expect((await state()).formerRevokers).toBeUndefined();
  await world.stack.destroy();
  expect(await details('revocation-open')).toMatchObject([{ revoker: 'sap', team: ['new@example.com'] }]);
  // An account of another name is another access.
  const other = new World({ agenda: WITHOUT_DRIFT });
  await other.stack.deploy('test', { revokers: [SAP] });
  await other.stack.deploy('test', { revokers: [{ ...SAP, Settings: { ...SAP.Settings, subject: 'BOT7' } }] });
  expect((await other.state())!.formerRevokers).toMatchObject([{ id: expect.stringMatching(/^sap~/) }]);
});

test('a suspension leaves it alone, and the name is taken until it is confirmed', async () => {
  await world.stack.deploy('test', { revokers: [SAP] });
  await world.ask({ kind: 'suspend', reason: 'It does what it should not' });
  await world.ask({ kind: 'resume', reason: 'It was a false alarm' });
  expect(world.fake.thirdParties.orders).toEqual([]);
  await world.stack.destroy();
  await world.fake.resume();
  await world.stack.deploy('test', { revokers: [SAP] });
  expect(world.stack.failure).toMatch(/RevocationsOpen/);
  await onPage(LINK);
  await world.stack.deploy('test', { revokers: [SAP] });
  expect(await state()).toMatchObject({ status: 'active' });
});

describe('what was open in a certificate', () => {
  test('is certified once all of it has ended: what the registry saw as seen, what a person says as attested', async () => {
    world.fake.thirdParties.refusing.set('crm', 'it responded 503');
    await left(SAP, CRM);
    await onPage(LINK);
    expect(world.ends()).toEqual([]);
    world.fake.thirdParties.refusing.clear();
    await sweep(DAY_MS / 2);
    expect(world.ends()).toMatchObject([{
      revocations: [{ revoker: 'sap', verifiedAt: null, attested: { by: KIM } }, { revoker: 'crm', verifiedAt: world.fake.now.toISOString() }],
    }]);
    expect(world.ends()[0].noLongerPaid).toEqual({ USD: 40 });
    const events = await world.fake.engine.ledger.events(PLACEMENT);
    expect(world.ends()[0].revocations.map(({ event }) => events.find(({ id }) => id === event)!.type.split('.')[2])).toEqual(['revocation-confirmed', 'revocation-confirmed']);
    expect(world.ends()[0].revocations[1].attested).toBeUndefined();
    await world.check();
  });

  test('says what is no longer paid since then', async () => {
    await left({ ...SAP, MonthlyCost: '40', Currency: 'EUR' }, CRM);
    expect(world.certificates()[0].noLongerPaid).toEqual({});
    await onPage(LINK);
    expect(world.ends()).toMatchObject([{ revocations: [{ revoker: 'sap', monthlyCost: { amount: 40, currency: 'EUR' } }], noLongerPaid: { EUR: 40 } }]);
    expect(renderCertificate({ certificate: world.certificates()[0], ended: world.ends()[0] })).toMatch(/Third part[^]*sap \(human, 40\.00 EUR a month\)[^]*no longer paid: 40\.00 EUR a month/);
    await world.check();
  });

  test('is an exception of the first part, with who is accountable and since when', async () => {
    await left(SAP, CRM);
    expect(world.certificates()[0].receipt!.exceptions.filter(({ kind }) => kind === 'unconfirmed')).toEqual([
      { kind: 'unconfirmed', what: 'access at sap (human)', reason: expect.stringContaining('the team was asked'), owner: expect.stringContaining('@example.com'), date: expect.stringMatching(/^20/) },
    ]);
  });

  test('has no third part if nothing was open', async () => {
    await left(CRM);
    expect(world.ends()).toEqual([]);
    expect(renderCertificate({ certificate: world.certificates()[0] })).not.toContain('Third part');
    await world.check();
  });

  test.each(['Revoke', 'Settle'])('is certified once if the execution that sees its end dies before %s', async (step) => {
    world.fake.thirdParties.refusing.set('crm', 'it responded 503');
    await left(CRM);
    world.fake.thirdParties.refusing.clear();
    let once = true;
    world.fake.around = (operation) => {
      if (once && operation === step) {
        once = false;
        throw new Killed();
      }
    };
    await sweep(DAY_MS);
    expect(world.ends()).toEqual([]);
    expect((await state()).due).toMatchObject({ reason: 'revocation' });
    await world.fake.tellEnded();
    await sweep(DAY_MS);
    expect(world.ends()).toHaveLength(1);
    expect((await world.names()).filter((name) => name === 'revocation-confirmed')).toHaveLength(1);
    await sweep(DAY_MS);
    await world.check();
  });

  test('is certified by a new join too, before the join forgets it', async () => {
    world.fake.thirdParties.refusing.set('crm', 'it responded 503');
    await left(CRM);
    world.fake.thirdParties.refusing.clear();
    let once = true;
    world.fake.around = (operation) => {
      if (once && operation === 'Settle') {
        once = false;
        throw new Killed();
      }
    };
    await sweep(DAY_MS);
    await world.fake.tellEnded();
    expect(world.ends()).toEqual([]);
    await world.stack.deploy('test', { revokers: [CRM] });
    expect(world.ends()).toMatchObject([{ revocations: [{ revoker: 'crm' }] }]);
    expect((await state()).revocations).toBeUndefined();
    await world.check();
  });
});
