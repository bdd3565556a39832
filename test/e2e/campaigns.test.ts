import { generateKeyPairSync, sign } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { CreateRoleCommand, DeleteRoleCommand } from '@aws-sdk/client-iam';
import { GetPublicKeyCommand, SignCommand } from '@aws-sdk/client-kms';
import { DeleteObjectCommand, GetObjectCommand, ListObjectVersionsCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { agentApp } from './harness/apps';
import { LocalAws } from './harness/local-aws';
import { asPerson, roleOfPeople } from './harness/people';
import { reviewedPlatform } from './harness/reviews';
import { sweep } from './harness/sweep';
import { campaignProgress, Campaigning, Connection, isSound, proposeAcknowledgement, proposeClosing, proposeDecision, proposeOpening, showReview, VerifiedCampaign, verifyCampaign } from '../../runtime/operator';

const NAME = '2026-q4';
/** Longer than what happens between opening and decision on a slow machine takes, and short enough to wait for. */
const DEADLINE_SECONDS = 25;
const why = 'It is needed for the monthly closing';

let aws: LocalAws;
const campaigning = (): Campaigning => ({ now: new Date(), clock: () => new Date(), tell: () => undefined, lookEveryMs: 20 });

beforeAll(async () => {
  aws = await LocalAws.start();
  await aws.deploy(reviewedPlatform({
    deadline: DEADLINE_SECONDS,
    also: (role) => ({ campaignRoles: [role('campaigner')], managementRoles: [role('manager')] }),
  }));
  await roleOfPeople(aws, 'reviewer', 'may-review');
  await roleOfPeople(aws, 'campaigner', 'may-run-campaigns');
  await roleOfPeople(aws, 'machine', 'may-run-campaigns');
  await roleOfPeople(aws, 'manager', 'may-acknowledge');
});

afterAll(() => aws.stop());

const as = (session: string, role: string): Promise<Connection> => asPerson(aws, session, role);
const campaigner = (): Promise<Connection> => as('eve@example.com', 'campaigner');
const prefix = (): string => `campaigns/${aws.env.account}/${NAME}/`;

async function verify(): Promise<VerifiedCampaign> {
  return verifyCampaign(await campaigner(), NAME, campaigning());
}

/** What somebody who has all of the bucket can do to it: a second version in the place of the first. */
async function text(Key: string): Promise<string> {
  const { s3, bucket: Bucket } = aws.registry;
  return (await s3.send(new GetObjectCommand({ Bucket, Key }))).Body!.transformToString();
}

test('opened, decided by one sponsor and missed by the other, closed, verified; and no one else may', async () => {
  await aws.deploy(agentApp({ stackName: 'Kept', agentName: 'kept-bot' }));
  await aws.deploy(agentApp({ stackName: 'Missed', agentName: 'missed-bot' }));

  const open = async (who: Connection) => (await proposeOpening(who, NAME, {}, campaigning())).make();
  await expect(open(await as('eve@example.com', 'machine'))).rejects.toMatchObject({ name: expect.stringMatching(/AccessDenied/) });
  const { manifest, delivered } = await open(await campaigner());
  expect({ ...manifest.counts, delivered }).toMatchObject({ agents: 2, roles: 2, unknown: 0, delivered: 2 });
  expect((await campaignProgress(await campaigner(), NAME, campaigning())).outcomes).toMatchObject({ waiting: 2 });

  await sweep(aws);
  expect((await campaignProgress(await campaigner(), NAME, campaigning())).outcomes).toMatchObject({ asked: 2 });
  const ada = await as('ada.park@example.com', 'reviewer');
  expect((await showReview(ada, 'kept-bot', new Date())).open?.causes).toEqual(['campaign']);
  const items = (await showReview(ada, 'kept-bot', new Date())).undecided;
  await (await proposeDecision(ada, 'kept-bot', { verdict: 'keep', items, reason: why }, undefined, { ...campaigning() })).make();
  await pause(DEADLINE_SECONDS * 1_000 + 1_100);
  await sweep(aws);
  await sweep(aws);
  expect(await campaignProgress(await campaigner(), NAME, campaigning())).toMatchObject({ outcomes: { kept: 1, overdue: 1 }, named: [{ agentName: 'missed-bot' }] });

  await expect(proposeClosing(await campaigner(), NAME, undefined, campaigning())).rejects.toMatchObject({ code: 'CampaignUndecided' });
  const close = async (who: Connection) => (await proposeClosing(who, NAME, 'Its sponsor has left, and the agent is denied everything', campaigning())).make();
  await expect(close(await as('eve@example.com', 'machine'))).rejects.toMatchObject({ name: expect.stringMatching(/AccessDenied/) });
  const { signed } = await close(await campaigner());
  expect(signed).toMatchObject({ outcomes: { kept: 1, overdue: 1 }, closedBy: expect.stringContaining('campaigner/eve@example.com') });

  const verified = await verify();
  expect(verified).toMatchObject({ findings: [], strangers: [], undecided: [{ who: 'missed-bot', why: expect.stringContaining('overdue') }] });
  expect(isSound(verified)).toBe(true);
  const command = await aws.nhi(['campaign', 'verify', NAME]);
  expect(command).toMatchObject({ status: 0, stdout: expect.stringContaining('all is as it was written') });
});

test('management acknowledges it with the own role; who runs campaigns and may sign can\'t store an acknowledgement', async () => {
  const acknowledge = async (who: Connection) => (await proposeAcknowledgement(who, NAME, 'Presented to the board in October', campaigning())).make();
  await expect(acknowledge(await as('cfo@example.com', 'campaigner'))).rejects.toMatchObject({ name: expect.stringMatching(/AccessDenied/) });
  await expect(acknowledge(await as('eve@example.com', 'manager'))).rejects.toMatchObject({ code: 'SecondPersonNeeded' });
  await acknowledge(await as('cfo@example.com', 'manager'));

  const verified = await verify();
  expect(verified).toMatchObject({ findings: [], acknowledgement: { acknowledgedBy: expect.stringContaining('manager/cfo@example.com') } });
  expect(isSound(verified)).toBe(true);
  expect((await campaignProgress(await campaigner(), NAME, campaigning())).management).toMatchObject({ isRecent: true });
});

test('KMS lets only those people sign, and what it signs is verified with its public key', async () => {
  const { kms } = await campaigner();
  const KeyId = 'alias/agents-nhi-campaigns';
  const request = { KeyId: (await kms.send(new GetPublicKeyCommand({ KeyId }))).KeyId, Message: Buffer.alloc(32), MessageType: 'DIGEST', SigningAlgorithm: 'ECDSA_SHA_256' } as const;
  expect((await kms.send(new SignCommand(request))).Signature).toBeDefined();
  await expect((await as('eve@example.com', 'machine')).kms.send(new SignCommand(request))).rejects.toThrow();
});

test('a second version of manifest, page and package changes nothing, a role of nobody is counted, and what replaced page and package is found', async () => {
  const { s3, bucket: Bucket } = aws.registry;
  const { Versions: versions = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket, Prefix: prefix() }));
  // The manifest, its four pages, a part and the package.
  expect(versions).toHaveLength(7);
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const envelope = JSON.parse(await text(`${prefix()}package.json`)) as { payload: string; signatures: { sig: string }[] };
  envelope.signatures[0].sig = sign('sha256', Buffer.from(envelope.payload, 'base64'), privateKey).toString('base64');
  const eve = await campaigner();
  for (const { Key } of versions) {
    await eve.s3.send(new PutObjectCommand({ Bucket, Key, Body: JSON.stringify(Key!.endsWith('package.json') ? envelope : {}), ChecksumAlgorithm: 'SHA256' }));
  }
  expect(await verify()).toMatchObject({ findings: [], strangers: [] });

  const trust = JSON.stringify({ Version: '2012-10-17', Statement: [] });
  await aws.iam.send(new CreateRoleCommand({ RoleName: 'foreign', Path: '/agents/test/', AssumeRolePolicyDocument: trust }));
  // Created after the opening, so it is not of this campaign; the next one counts it.
  expect((await verify()).strangers).toEqual([]);
  const next = (await proposeOpening(eve, '2027-q1', {}, campaigning())).make;
  expect((await next()).manifest.counts).toMatchObject({ unknown: 1 });
  await aws.iam.send(new DeleteRoleCommand({ RoleName: 'foreign' }));

  // Without Object Lock, which a registry for development doesn't have, the first versions can be deleted.
  const page = versions.find(({ Key }) => Key!.includes('/pages/'))!;
  const signed = versions.find(({ Key }) => Key!.endsWith('package.json'))!;
  for (const { Key, VersionId } of [page, signed]) {
    await s3.send(new DeleteObjectCommand({ Bucket, Key, VersionId }));
  }
  expect((await verify()).findings).toEqual(expect.arrayContaining([
    { what: page.Key, reason: expect.stringContaining('SHA-256') }, { what: signed.Key, reason: expect.stringContaining('signature does not match') },
  ]));
  expect(await aws.nhi(['campaign', 'verify', NAME])).toMatchObject({ status: 2, stdout: expect.stringContaining('NOT SOUND') });
});
