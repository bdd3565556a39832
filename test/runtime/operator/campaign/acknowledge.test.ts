import { CampaignWorld, NAME } from './campaign-world';
import { digestToSign, enveloped } from '../../../../runtime/certification/campaign';
import { isSound, proposeAcknowledgement } from '../../../../runtime/operator';
import { canonicalJson } from '../../../../src/core/canonical-json';
import { ADA, EVE, LI } from '../../engine/review-world';

jest.mock('../../../../runtime/aws/cloudformation/response', () => jest.requireActual<typeof import('../../engine/mailbox')>('../../engine/mailbox').responsesToMailbox());

const REASON = 'Presented to the board on the first of October';
const KEY = `acknowledgements/111122223333/${NAME}.json`;
const as = (person: string): string => `arn:aws:sts::111122223333:assumed-role/management/${person}`;

let world: CampaignWorld;
beforeEach(async () => {
  world = new CampaignWorld({ secondReview: { share: 1 } });
  await world.join();
});

async function closed(): Promise<void> {
  await world.openCampaign();
  await world.sweepAll();
  await world.decide(ADA, { verdict: 'keep', items: ['dynamodb', 's3'] });
  await world.decide(LI, { verdict: 'reduce', actions: ['s3'] });
  await world.decide(LI, { verdict: 'keep', items: ['dynamodb'] });
  await world.close();
}

const propose = (person = 'cfo@example.com', reason = REASON) => proposeAcknowledgement({ ...world.connection, operator: as(person) }, NAME, reason, world.campaigning);
const acknowledge = async (person?: string) => (await propose(person)).make();

test('another person acknowledges the very package, signed and for good; verify and status show it', async () => {
  await closed();
  expect(await world.verify()).not.toHaveProperty('acknowledgement');
  expect(isSound(await world.verify())).toBe(true);
  expect((await world.progress()).management).toEqual({ isRecent: false });

  const { will } = await propose();
  expect(will.join('\n')).toContain('reduced 1: certified, with some of its access denied');
  const { package: { sha256 } } = await acknowledge();

  const verified = await world.verify();
  expect(verified).toMatchObject({ acknowledgement: { acknowledgedBy: as('cfo@example.com'), reason: REASON, meaning: expect.stringContaining('As management'), package: { sha256 } }, findings: [] });
  expect(isSound(verified)).toBe(true);
  expect((await world.progress()).management).toMatchObject({ latest: { campaign: NAME }, isRecent: true });
  await expect(propose()).rejects.toMatchObject({ code: 'CampaignAcknowledged' });
});

test('is due again after a year', async () => {
  await closed();
  await acknowledge();
  world.pass(364);
  expect((await world.progress()).management.isRecent).toBe(true);
  world.pass(3);
  expect((await world.progress()).management).toMatchObject({ latest: { campaign: NAME }, isRecent: false });
});

test.each([[EVE], ['Eve@example.com']])('not %s, who opened or closed it', async (person) => {
  await closed();
  await expect(propose(person)).rejects.toMatchObject({ code: 'SecondPersonNeeded' });
  await expect(acknowledge('cfo@example.com')).resolves.toBeDefined();
});

test('not before it is closed, not without a reason, and not a package that was changed', async () => {
  await world.openCampaign();
  await expect(propose()).rejects.toMatchObject({ code: 'CampaignOpen' });
  await expect(propose('cfo@example.com', 'yes')).rejects.toMatchObject({ code: expect.stringMatching(/Reason|Text/) });
  await world.close('The auditor comes before the deadline');
  expect((await propose()).will.join('\n')).toContain('NOT DECIDED waiting 1');
  world.rewrite(`campaigns/111122223333/${NAME}/package.json`, (text) => text.replace('"sig":"M', '"sig":"N'));
  await expect(propose()).rejects.toMatchObject({ code: 'EvidenceChanged' });
});

test.each<[string, (text: string) => string, string]>([
  ['something else', () => '{}', 'no signed acknowledgement'],
  ['a changed content', (text) => {
    const envelope = JSON.parse(text) as { payload: string };
    const payload = Buffer.from(envelope.payload, 'base64').toString().replace(REASON, 'Nobody looked at it, and that is fine');
    return JSON.stringify({ ...envelope, payload: Buffer.from(payload).toString('base64') });
  }, 'its signature'],
  ['the signed package, under another name', () => world.bucket.objects.get(`campaigns/111122223333/${NAME}/package.json`)!, 'no signed acknowledgement'],
  ['a package\'s signature over an acknowledgement', (text) => {
    const { payload } = JSON.parse(text) as { payload: string };
    const body = Buffer.from(payload, 'base64').toString();
    return canonicalJson(enveloped(body, world.kms.key!.id, world.kms.key!.sign(digestToSign(body)), 'acknowledgement'));
  }, 'its signature'],
  ['one of the same person as the package', (text) => {
    const body = canonicalJson({ ...JSON.parse(Buffer.from((JSON.parse(text) as { payload: string }).payload, 'base64').toString()) as object, acknowledgedBy: as(EVE) } as never);
    return canonicalJson(enveloped(body, world.kms.key!.id, world.kms.key!.sign(digestToSign(body, 'acknowledgement')), 'acknowledgement'));
  }, 'the same person opened or closed'],
  ['one of another package', (text) => {
    const body = canonicalJson({ ...JSON.parse(Buffer.from((JSON.parse(text) as { payload: string }).payload, 'base64').toString()) as object, package: { key: 'x', sha256: 'ab'.repeat(32) } } as never);
    return canonicalJson(enveloped(body, world.kms.key!.id, world.kms.key!.sign(digestToSign(body, 'acknowledgement')), 'acknowledgement'));
  }, 'another package'],
])('%s is named by verify', async (_what, change, reason) => {
  await closed();
  await acknowledge();
  world.rewrite(KEY, change);
  const verified = await world.verify();
  expect(verified.findings).toEqual([{ what: KEY, reason: expect.stringContaining(reason) }]);
  expect(isSound(verified)).toBe(false);
});

test('the package says how each decision came about, and that two people differed', async () => {
  await closed();
  const [key] = world.keysWith('"differed":["s3"]');
  const { records: [record] } = JSON.parse(world.bucket.objects.get(key)!) as { records: object[] };
  expect(record).toMatchObject({
    differed: ['s3'],
    decisions: [
      { by: ADA, relation: 'sponsor', namedBy: '', proof: 'aws-session', identity: [`AROA000000000900:${ADA}`], openedAt: expect.stringMatching(/Z$/), decidedAt: expect.stringMatching(/Z$/), agentsTogether: '1', meaning: expect.stringContaining('accountable') },
      { by: LI, verdict: 'reduce' }, { by: LI },
    ],
  });
  expect((await world.verify()).signed).toMatchObject({ differed: 1 });
});

test('a drawn review is "asked" until both have decided: its status does not say that the first one has', async () => {
  await world.openCampaign();
  await world.sweepAll();
  await world.decide(ADA, { verdict: 'keep', items: ['dynamodb', 's3'] });
  expect((await world.progress()).named).toMatchObject([{ outcome: 'asked' }]);
});
