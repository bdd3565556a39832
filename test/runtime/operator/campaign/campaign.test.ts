import { CampaignWorld, NAME } from './campaign-world';
import { Key } from './fake-kms';
import { digestToSign, enveloped } from '../../../../runtime/certification/campaign';
import { CampaignManifest, CampaignPackage } from '../../../../runtime/model/campaign';
import { isSound } from '../../../../runtime/operator';
import { canonicalJson } from '../../../../src/core/canonical-json';
import { PLACEMENT } from '../../engine/decision/requests';
import { ADA } from '../../engine/review-world';

jest.mock('../../../../runtime/aws/cloudformation/response', () => jest.requireActual<typeof import('../../engine/mailbox')>('../../engine/mailbox').responsesToMailbox());

const BOTH = ['dynamodb', 's3'];
const PREFIX = `campaigns/111122223333/${NAME}`;

let world: CampaignWorld;
beforeEach(async () => {
  world = new CampaignWorld();
  await world.join();
});

const sound = async (): Promise<boolean> => isSound(await world.verify());
async function decided(): Promise<void> {
  await world.sweepAll();
  world.pass(1);
  await world.decide(ADA, { verdict: 'keep', items: BOTH });
}

test('from the opening to a package that holds', async () => {
  const { manifest, delivered } = await world.openCampaign();
  expect(manifest).toMatchObject({
    counts: { agents: 1, roles: 1, unknown: 0 },
    openedBy: expect.stringContaining('campaigner'),
    path: '/agents/',
    sources: [{ source: 'ledger-living', items: 1 }, { source: 'ledger-left', items: 0 }, { source: 'iam-roles', items: 1, pages: [{ requestId: 'roles-0', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) }] }, { source: 'iam-users' }],
  });
  expect(delivered).toBe(1);
  expect((await world.progress()).outcomes).toMatchObject({ waiting: 1 });
  await world.sweepAll();
  expect(await world.details('review-due')).toMatchObject([{ step: 'opened', causes: ['campaign'] }]);
  expect((await world.progress()).outcomes).toMatchObject({ asked: 1 });
  await world.decide(ADA, { verdict: 'keep', items: ['s3'] });
  expect((await world.progress()).named).toMatchObject([{ agentName: 'invoice-bot', outcome: 'partly-decided', sponsor: ADA }]);
  await world.decide(ADA, { verdict: 'reduce', actions: ['dynamodb'] });
  expect(await world.progress()).toMatchObject({ outcomes: { reduced: 1 }, undecided: 0, closed: false });

  const { signed, key } = await world.close();

  expect(key).toBe(`${PREFIX}/package.json`);
  expect(signed).toMatchObject({ outcomes: { reduced: 1 }, signing: { algorithm: 'ECDSA_SHA_256', keyId: world.kms.key!.id }, manifest: { key: `${PREFIX}/manifest.json` }, stages: [{ stage: 'test', reviewIntervalDays: 90 }] });
  expect(signed).not.toHaveProperty('undecided');
  const [record] = (JSON.parse(world.bucket.objects.get(signed.parts[0].key)!) as { records: object[] }).records;
  expect(record).toMatchObject({
    agentName: 'invoice-bot',
    outcome: 'reduced',
    asked: [{ step: 'opened', sponsor: ADA }],
    shown: [{ key: expect.stringMatching(/^reviews\//) }],
    decisions: [{ verdict: 'keep', by: ADA, relation: 'sponsor', proof: 'aws-session', reason: expect.any(String) }, { verdict: 'reduce', services: ['dynamodb'] }],
    effects: expect.arrayContaining([expect.objectContaining({ event: 'reduced', verified: expect.objectContaining({ effect: expect.objectContaining({ verifiedAt: expect.any(String) }) }) })]),
  });
  const verified = await world.verify();
  expect(verified).toMatchObject({ findings: [], strangers: [], undecided: [], signed: { outcomes: { reduced: 1 } } });
  expect(isSound(verified)).toBe(true);
});

describe('the population', () => {
  test('lists who is excluded and why, asks about agents without a sponsor who lives, and about suspended ones', async () => {
    await world.add('gone-bot', 'test', { status: 'leaving' });
    await world.add('nobodys-bot', 'test', {}, { accountableEmail: '', id: '' });
    await world.add('production-bot', 'production');
    await world.add('held-bot', 'test', { suspension: { since: world.fake.now.toISOString(), by: 'x', reason: 'Its key was seen in a public place' } });

    const { manifest, delivered } = await world.openCampaign({ stage: 'test' });

    expect(manifest.counts).toMatchObject({ agents: 3, excluded: { 'leaving': 1, 'other-stage': 1, 'ended': 0, 'torn-down': 0 }, roles: 5, unknown: 0 });
    expect(delivered).toBe(3);
    expect((await world.progress()).outcomes).toMatchObject({ waiting: 2, suspended: 1 });
    await world.close('The year ends and these are decided in the next campaign');
    const { undecided, findings } = await world.verify();
    expect(findings).toEqual([]);
    expect(undecided).toEqual(expect.arrayContaining([
      { who: 'gone-bot', why: 'excluded: its leave had begun' }, { who: 'production-bot', why: expect.stringContaining('excluded') }, { who: 'nobodys-bot', why: expect.stringContaining('waiting') },
      { who: 'held-bot', why: expect.stringContaining('suspended') },
    ]));
  });

  test('an agent past its end is excluded, and so is one that was torn down whose role is still there', async () => {
    await world.add('torn-bot', 'test', { status: 'left' });
    world.pass(140);
    await world.add('late-bot');
    world.pass(50);
    const { manifest } = await world.openCampaign();
    expect(manifest.counts).toMatchObject({ agents: 0, excluded: { 'ended': 2, 'torn-down': 1 }, unknown: 0, departed: 0 });
  });

  test('one that is opened again is the same, and nobody is asked twice', async () => {
    const { manifest } = await world.openCampaign();
    await world.sweepAll();
    const { review } = await world.now();
    world.pass(3);
    await world.add('new-bot');

    const again = await world.openCampaign();

    expect(again).toMatchObject({ manifest, delivered: 1, failed: 0 });
    expect((await world.now()).review).toEqual(review);
    await decided();
    await world.openCampaign();
    await world.sweepAll();
    expect((await world.now()).review?.open).toBeUndefined();
    await world.close();
    expect(await sound()).toBe(true);
  });

  test('of two that open it at once, both continue with the first', async () => {
    const first = await world.openCampaign();
    const manifestKey = `${PREFIX}/manifest.json`;
    const text = world.bucket.objects.get(manifestKey)!;
    world.bucket.forget(manifestKey);
    world.pass(1);
    world.bucket.disturb = (call, moment) => {
      if (call === 's3:PutObject' && moment === 'before' && !world.bucket.objects.has(manifestKey)) {
        world.bucket.write(manifestKey, text);
      }
    };
    expect((await world.openCampaign()).manifest).toEqual(first.manifest);
  });

  test('reviews can be brought forward in parts', async () => {
    await world.add('a-bot');
    await world.add('b-bot');
    expect(await world.openCampaign({ atMost: 2 })).toMatchObject({ delivered: 2, later: 1 });
    expect((await world.progress()).outcomes).toMatchObject({ waiting: 2, undelivered: 1 });
    expect(await world.openCampaign({ atMost: 2 })).toMatchObject({ delivered: 3, later: 0 });
  });

  test('one agent that the engine refuses keeps no other from being asked', async () => {
    await world.add('a-bot');
    const run = world.fake.run.bind(world.fake);
    world.fake.run = async (request, url) => request.placement.agentName === 'a-bot' ? { status: 'FAILED', visited: [], output: { answered: 'FAILED', code: 'PlacementBusy', message: 'busy' } } : run(request, url);
    expect(await world.openCampaign()).toMatchObject({ delivered: 1, failed: 1, failures: [{ agentName: 'a-bot', failure: expect.stringContaining('busy') }] });
    world.fake.run = run;
    expect(await world.openCampaign()).toMatchObject({ delivered: 2, failed: 0 });
  });

  test('fails for another stage than it was opened for, and without a name that can be one', async () => {
    await world.openCampaign();
    await expect(world.openCampaign({ stage: 'test' })).rejects.toMatchObject({ code: 'CampaignDiffers' });
    await expect(world.openCampaign({}, '../other')).rejects.toMatchObject({ code: 'CampaignNameInvalid' });
    await expect(world.progress('2027-q1')).rejects.toMatchObject({ code: 'CampaignUnknown' });
  });
});

describe('closing', () => {
  test('refuses while something is undecided, or says plainly what and why', async () => {
    await world.openCampaign();
    await world.sweepAll();
    await expect(world.close()).rejects.toMatchObject({ code: 'CampaignUndecided', message: expect.stringMatching(/1 asked.*invoice-bot/) });
    expect(world.bucket.objects.has(`${PREFIX}/package.json`)).toBe(false);

    const why = 'The auditor comes before the deadline';
    expect((await world.close(why)).signed).toMatchObject({ undecided: why, outcomes: { asked: 1 } });
    expect((await world.verify()).undecided).toEqual([{ who: 'invoice-bot', why: expect.stringContaining('asked') }]);
  });

  test('an overdue agent is reported as overdue, and one that left as left', async () => {
    await world.openCampaign();
    await world.sweepAll();
    world.pass(15);
    expect((await world.progress()).outcomes).toMatchObject({ overdue: 1 });
    await world.sweepAll();
    expect((await world.progress()).outcomes).toMatchObject({ overdue: 1 });
    world.pass(31);
    await world.sweepAll();
    expect((await world.progress()).outcomes).toMatchObject({ left: 1 });
    await world.close();
    expect(await sound()).toBe(true);
  });

  test('is done once', async () => {
    await world.openCampaign();
    await decided();
    await world.close();
    await expect(world.close()).rejects.toMatchObject({ code: 'CampaignClosed' });
    expect(world.kms.calls.filter((call) => call === 'SignCommand')).toHaveLength(1);
  });

  test('fails without the registry\'s key, and with a short reason', async () => {
    await world.openCampaign();
    await expect(world.close('why')).rejects.toMatchObject({ code: 'ReasonInvalid' });
    world.kms.key = undefined;
    await expect(world.close('The auditor comes before the deadline')).rejects.toMatchObject({ code: 'CampaignKeyMissing' });
  });

  test('says which stages have a risk analysis of the last 12 months', async () => {
    await world.add('a-bot', 'staging');
    await world.openCampaign();
    await world.sweepAll();
    const { review } = await world.now();
    expect(review?.open).toBeDefined();
    await world.setProfile({ targetedRiskAnalysis: { reason: 'It pays invoices', date: '2025-05-01' } });
    expect((await world.progress()).stages).toMatchObject([{ stage: 'staging' }, { stage: 'test', targetedRiskAnalysis: { date: '2025-05-01' }, isCurrent: false }]);
    await world.setProfile({ targetedRiskAnalysis: { reason: 'It pays invoices', date: '2026-01-01' } });
    expect((await world.progress()).stages[1]).toMatchObject({ isCurrent: true });
  });
});

/** Each is about a campaign that is sound before. */
describe('verifying finds', () => {
  beforeEach(async () => {
    await world.add('quiet-bot');
    await world.openCampaign();
    await decided();
    await world.close('The other is decided in the next campaign');
    expect(await world.verify()).toMatchObject({ findings: [], strangers: [] });
  });

  const page = (source: string): string => world.keysWith(`"source":"${source}"`)[0];
  /** Anyone who opens a campaign could write a manifest that fits what was taken out. */
  function forge(source: string, without: string): void {
    const key = page(source);
    const whole = JSON.parse(world.bucket.objects.get(key)!) as { items: object[] };
    const text = canonicalJson({ ...whole, items: whole.items.filter((item) => !JSON.stringify(item).includes(without)) });
    const { createHash } = jest.requireActual<typeof import('node:crypto')>('node:crypto');
    const sha256 = createHash('sha256').update(text).digest('hex');
    world.bucket.write(`${PREFIX}/pages/${sha256}.json`, text);
    world.rewrite(`${PREFIX}/manifest.json`, (old) => {
      const manifest = JSON.parse(old) as CampaignManifest;
      const sources = manifest.sources.map((one) => ({ ...one, items: one.source === source ? one.items - 1 : one.items, pages: one.pages.map((ref) => ref.key === key ? { ...ref, key: `${PREFIX}/pages/${sha256}.json`, sha256, items: ref.items - 1 } : ref) }));
      const { agents, unknown, roles } = manifest.counts;
      const counts = { ...manifest.counts, ...(source === 'ledger-living' ? { agents: agents - 1, unknown: unknown + 1 } : { roles: roles - 1, unknown: unknown - 1 }) };
      return canonicalJson({ ...manifest, sources, counts });
    });
  }

  test('a row that was taken out of a page', async () => {
    const key = page('ledger-living');
    world.rewrite(key, (text) => text.replace('quiet-bot', 'other-bot'));
    const { findings, signed } = await world.verify();
    expect(findings).toEqual(expect.arrayContaining([{ what: key, reason: expect.stringContaining('SHA-256') }]));
    expect(signed).toBeDefined();
    expect(await sound()).toBe(false);
  });

  test('a page that no longer exists', async () => {
    const key = page('iam-roles');
    world.bucket.forget(key);
    expect((await world.verify()).findings).toEqual(expect.arrayContaining([{ what: key, reason: expect.stringContaining('missing') }]));
  });

  test('not a page that was written again: the first version counts', async () => {
    world.bucket.write(page('iam-roles'), '{}');
    world.bucket.write(`${PREFIX}/manifest.json`, '{}');
    world.bucket.write(`${PREFIX}/package.json`, '{}');
    expect(await world.verify()).toMatchObject({ findings: [], strangers: [] });
  });

  test('an agent whose row was taken out with a manifest that fits: its role is in IAM, and was not reviewed', async () => {
    forge('ledger-living', 'quiet-bot');
    const { strangers, findings } = await world.verify();
    expect(strangers).toEqual([{ who: expect.stringContaining('quiet-bot'), why: expect.stringContaining('belonged to no agent') }]);
    expect(findings).toEqual([{ what: `${PREFIX}/package.json`, reason: expect.stringContaining('manifest was changed') }]);
  });

  test('a role that was taken out of IAM\'s pages too: IAM still has it', async () => {
    forge('ledger-living', 'quiet-bot');
    forge('iam-roles', 'quiet-bot');
    expect((await world.verify()).strangers).toEqual([{ who: expect.stringContaining('quiet-bot'), why: expect.stringContaining('the pages of the campaign do not have it') }]);
  });

  test('a role of nobody, and a user; not a role from after the opening', async () => {
    const arn = 'arn:aws:iam::111122223333:role/agents/test/foreign';
    world.others.push({ RoleId: 'AROA-new', Arn: 'arn:aws:iam::111122223333:role/agents/test/new-bot-test', CreateDate: world.fake.now });
    expect((await world.verify()).strangers).toEqual([]);
    world.others.pop();
    world.others.push({ RoleId: 'AROA-foreign', Arn: arn, CreateDate: new Date('2026-01-01T00:00:00Z') });
    expect((await world.verify()).strangers).toMatchObject([{ who: arn }]);
    expect(await sound()).toBe(false);
    world.users.push({ UserId: 'AIDA1', Arn: 'arn:aws:iam::111122223333:user/agents/ci', CreateDate: new Date('2026-01-01T00:00:00Z') });
    await world.openCampaign({}, 'second');
    expect((await world.verify('second')).strangers).toEqual([expect.objectContaining({ who: arn }), expect.objectContaining({ who: 'arn:aws:iam::111122223333:user/agents/ci' })]);
  });

  const repackaged = (change: (signed: CampaignPackage) => CampaignPackage, key = world.kms.key!): void => world.rewrite(`${PREFIX}/package.json`, (text) => {
    const signed = JSON.parse(Buffer.from((JSON.parse(text) as { payload: string }).payload, 'base64').toString()) as CampaignPackage;
    const payload = canonicalJson(change(signed));
    return canonicalJson(enveloped(payload, key.id, key.sign(digestToSign(payload))));
  });

  test.each([
    ['another key', (): void => repackaged((signed) => signed, new Key('arn:aws:kms:eu-west-1:111122223333:key/other')), 'is signed with'],
    ['another key that says it is the registry\'s', (): void => repackaged((signed) => signed, new Key(world.kms.key!.id)), 'signature does not match'],
    ['a payload that was changed', (): void => world.rewrite(`${PREFIX}/package.json`, (text) => {
      const envelope = JSON.parse(text) as { payload: string };
      return JSON.stringify({ ...envelope, payload: Buffer.from(Buffer.from(envelope.payload, 'base64').toString().replace('"kept":1', '"kept":2')).toString('base64') });
    }), 'signature does not match'],
    ['the package of another campaign', (): void => repackaged((signed) => ({ ...signed, campaign: 'other' })), 'another campaign'],
    ['no package at all', (): void => world.rewrite(`${PREFIX}/package.json`, () => 'x'), 'no signed package'],
  ])('%s; the honest twin holds', async (_what, tamper, says) => {
    repackaged((signed) => signed);
    expect((await world.verify()).findings).toEqual([]);
    tamper();
    const { findings, signed } = await world.verify();
    expect(findings).toEqual([{ what: `${PREFIX}/package.json`, reason: expect.stringContaining(says) }]);
    expect(signed).toBeUndefined();
  });

  test.each([
    ['an outcome', 'invoice-bot', (text: string) => text.replace('"outcome":"waiting"', '"outcome":"kept"'), 'no event since the opening'],
    ['a reason', 'invoice-bot', (text: string) => text.replace('It is needed for the monthly closing', 'It is not needed'), 'says something else'],
    ['a reason, in the event too', 'invoice-bot', (text: string) => text.replaceAll('It is needed for the monthly closing', 'It is not needed'), 'no chain'],
    ['an agent that is left out', 'quiet-bot', (text: string) => canonicalJson({ ...JSON.parse(text) as object, records: (JSON.parse(text) as { records: { agentName: string }[] }).records.filter(({ agentName }) => agentName !== 'quiet-bot') }), 'says nothing of it'],
  ])('%s in a part that the person who closes it changed before signing', async (_what, _who, change, says) => {
    const { createHash } = jest.requireActual<typeof import('node:crypto')>('node:crypto');
    repackaged((signed) => {
      const parts = signed.parts.map((part) => {
        const text = change(world.bucket.objects.get(part.key)!);
        const sha256 = createHash('sha256').update(text).digest('hex');
        const key = `${PREFIX}/parts/${sha256}.json`;
        world.bucket.write(key, text);
        return { key, sha256, records: (JSON.parse(text) as { records: object[] }).records.length };
      });
      return { ...signed, parts };
    });
    expect((await world.verify()).findings).toEqual(expect.arrayContaining([{ what: expect.any(String), reason: expect.stringMatching(says) }]));
  });

  test('an agent that stands in it twice, with sums that fit', async () => {
    const { createHash } = jest.requireActual<typeof import('node:crypto')>('node:crypto');
    repackaged((signed) => {
      const [part] = signed.parts;
      const { records, ...whole } = JSON.parse(world.bucket.objects.get(part.key)!) as { records: { outcome: 'kept' | 'waiting' }[] };
      const text = canonicalJson({ ...whole, records: [...records, records[0]] });
      const sha256 = createHash('sha256').update(text).digest('hex');
      world.bucket.write(`${PREFIX}/parts/${sha256}.json`, text);
      const { outcome } = records[0];
      return { ...signed, outcomes: { ...signed.outcomes, [outcome]: signed.outcomes[outcome] + 1 }, parts: [{ key: `${PREFIX}/parts/${sha256}.json`, sha256, records: records.length + 1 }] };
    });
    expect((await world.verify()).findings).toEqual([{ what: expect.any(String), reason: expect.stringContaining('twice') }]);
  });

  test('what reviewers were shown no longer exists, or the copy of the last event is another', async () => {
    const shown = [...world.bucket.objects.keys()].find((key) => key.startsWith('reviews/'))!;
    const text = world.bucket.objects.get(shown)!;
    world.bucket.forget(shown);
    expect((await world.verify()).findings).toEqual([{ what: 'invoice-bot', reason: expect.stringContaining(shown) }]);
    world.bucket.write(shown, text);
    expect((await world.verify()).findings).toEqual([]);
    const last = [...world.bucket.objects.keys()].filter((key) => key.startsWith(`events/111122223333/${PLACEMENT.agentName}/`)).sort().at(-1)!;
    world.rewrite(last, (copy) => copy.replace('"specversion"', '"x":1,"specversion"'));
    expect((await world.verify()).findings).toEqual([{ what: 'invoice-bot', reason: expect.stringContaining('another event') }]);
  });

  test('an open campaign is not sound, and has no findings', async () => {
    await world.openCampaign({}, 'second');
    expect(await world.verify('second')).toMatchObject({ findings: [], strangers: [] });
    expect(isSound(await world.verify('second'))).toBe(false);
  });
});
