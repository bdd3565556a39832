import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeleteRolePolicyCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { GetPublicKeyCommand, SignCommand } from '@aws-sdk/client-kms';
import { DeleteObjectCommand, GetObjectCommand, ListObjectVersionsCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { aws_iam as iam, Duration } from 'aws-cdk-lib';
import { agentApp, platform, PRODUCTION } from './harness/apps';
import { LocalAws } from './harness/local-aws';
import { asPerson, keysOf, roleOfPeople } from './harness/people';
import { sweep } from './harness/sweep';
import { AuditReport, REPORT_FORM } from '../../runtime/audit';
import { Campaigning, proposeClosing, proposeDecision, proposeOpening, showReview } from '../../runtime/operator';
import { AccessCertification, SweepLimit } from 'cdk-nhi-lifecycle';

const CAMPAIGN = '2026-q4';
const NHI = join(__dirname, '..', '..', 'assets', 'cli', 'nhi', 'index.js');
const why = 'It is needed for the monthly closing';
const folder = mkdtempSync(join(tmpdir(), 'nhi-audit-e2e-'));
const campaigning = (): Campaigning => ({ now: new Date(), clock: () => new Date(), tell: () => undefined, lookEveryMs: 20 });

let aws: LocalAws;
let from: string;

beforeAll(async () => {
  from = new Date().toISOString();
  aws = await LocalAws.start();
  await aws.deploy((app, env) => platform({
    agenda: { interval: Duration.days(1), driftCheck: Duration.days(30), limit: SweepLimit.of({ agents: 10, share: 1 }) },
    also: (stack, registry) => {
      registry.grantReadFleet(new iam.Role(stack, 'Auditor', { roleName: 'auditor', assumedBy: new iam.AccountRootPrincipal() }));
      new AccessCertification(stack, 'Reviews', {
        registry,
        reviewerRoles: [iam.Role.fromRoleArn(stack, 'Reviewer', `arn:aws:iam::${env.account}:role/reviewer`)],
        campaignRoles: [iam.Role.fromRoleArn(stack, 'Campaigner', `arn:aws:iam::${env.account}:role/campaigner`)],
      });
    },
  })(app, env));
  await roleOfPeople(aws, 'reviewer', 'may-review');
  await roleOfPeople(aws, 'campaigner', 'may-run-campaigns');
});

afterAll(async () => {
  await aws.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function reported(): Promise<{ readonly status: number; readonly report: AuditReport }> {
  const { status, stdout } = await aws.nhi(['report', '--from', from, '--format', 'json']);
  return { status, report: REPORT_FORM.parse(JSON.parse(stdout)) };
}

/** Runs the command without credentials, region or network. */
function offline(words: readonly string[]): Promise<{ readonly status: number; readonly stdout: string }> {
  const env = { PATH: process.env.PATH, HOME: folder, AWS_ENDPOINT_URL: 'http://127.0.0.1:9', AWS_EC2_METADATA_DISABLED: 'true' };
  return new Promise((resolve) => {
    execFile(process.execPath, [NHI, ...words], { env }, (error, stdout) => resolve({ status: Number(error?.code ?? 0), stdout }));
  });
}

test('a joiner, a mover, a leaver and a review, as the report and the bundle have them', async () => {
  await aws.deploy(agentApp({ stackName: 'Kept', agentName: 'kept-bot' }));
  await aws.deploy(agentApp({ stackName: 'Moved', agentName: 'moved-bot' }));
  await aws.deploy(agentApp({ stackName: 'Moved', agentName: 'moved-bot', stage: PRODUCTION }));
  await aws.deploy(agentApp({ stackName: 'Left', agentName: 'left-bot' }));
  await aws.destroy(agentApp({ stackName: 'Left', agentName: 'left-bot' }));
  await aws.executionsDone();

  const campaigner = await asPerson(aws, 'eve@example.com', 'campaigner');
  await (await proposeOpening(campaigner, CAMPAIGN, {}, campaigning())).make();
  await sweep(aws);
  const ada = await asPerson(aws, 'ada.park@example.com', 'reviewer');
  for (const agentName of ['kept-bot', 'moved-bot']) {
    const items = (await showReview(ada, agentName, new Date())).undecided;
    await (await proposeDecision(ada, agentName, { verdict: 'keep', items, reason: why }, undefined, campaigning())).make();
  }
  await (await proposeClosing(campaigner, CAMPAIGN, undefined, campaigning())).make();
  await aws.executionsDone();

  const { status, report } = await reported();
  expect([status, report.differences]).toEqual([0, []]);
  expect(report.population).toMatchObject({ atStart: 0, joined: 3, left: 1, atEnd: 2, isBalanced: true });
  expect(report.population).toMatchObject({ livingNowInEvidence: 2, livingNowInLedger: 2 });
  const rows = (id: string) => report.sections.find((section) => section.id === id)!.rows;
  expect(rows('joiners').map(({ agent }) => agent).sort()).toEqual(['kept-bot', 'left-bot', 'moved-bot']);
  expect(rows('movers')).toMatchObject([{ agent: 'moved-bot', facts: { 'from stage': 'test', 'to stage': 'production' } }]);
  expect(rows('leavers').find(({ what }) => what === 'left')).toMatchObject({ agent: 'left-bot', facts: { 'certificate is': 'intact', 'cause': 'removed from its stack' } });
  expect(rows('reviews').filter(({ what }) => what === 'review-decided').map(({ facts }) => facts.reason)).toEqual([why, why]);
  expect(rows('campaigns').map(({ what, facts }) => [what, facts.signature])).toEqual([['campaign-opened', ''], ['campaign-closed', 'fits']]);
  // Each row leads to an object that is there, in that version.
  const { s3, bucket: Bucket } = aws.registry;
  for (const { kind, key: Key, version: VersionId, sha256 } of rows('leavers').flatMap(({ evidence }) => evidence)) {
    const text = await (await s3.send(new GetObjectCommand({ Bucket, Key, VersionId }))).Body!.transformToString();
    expect(kind === 'event' ? (JSON.parse(text) as { hash: string }).hash : sha256).toBe(sha256);
  }

  const csv = join(folder, 'csv');
  expect((await aws.nhi(['report', '--from', from, '--format', 'csv', '--output', csv])).status).toBe(0);
  expect(readFileSync(join(csv, 'leavers.csv'), 'utf8')).toContain('"left-bot"');
  expect(readdirSync(csv)).toHaveLength(report.sections.length + 2);
  const html = join(folder, 'report.html');
  expect((await aws.nhi(['report', '--from', from, '--output', html])).status).toBe(0);
  expect(readFileSync(html, 'utf8')).toContain('0 living at the start + 3 joined - 1 left = 2; 2 living at the end');
});

test('a bundle verifies where nothing can be reached, and one changed byte is named', async () => {
  const bundle = join(folder, 'bundle');
  const download = await aws.nhi(['verify', '--download', bundle]);
  expect(download.status).toBe(0);
  const [, digest] = /SHA-256 ([0-9a-f]{64})/.exec(download.stdout)!;

  const whole = await offline(['verify', '--bundle', bundle, '--digest', digest]);
  expect(whole).toMatchObject({ status: 0, stdout: expect.stringContaining('THE BUNDLE IS INTACT') });
  expect(whole.stdout).toContain(`campaign ${CAMPAIGN} is as it was signed`);
  expect(whole.stdout).toMatch(/3 agents with \d+ events and [12] certificates/);

  const event = `evidence/events/${aws.env.account}/moved-bot/000000000002.json`;
  const text = readFileSync(join(bundle, event), 'utf8');
  writeFileSync(join(bundle, event), text.replace('moved-bot', 'moved-bat'));
  const changed = await offline(['verify', '--bundle', bundle, '--digest', digest]);
  expect(changed.status).toBe(2);
  expect(changed.stdout).toMatch(new RegExp(`^${event}, event 2: expected SHA-256 [0-9a-f]{64}; found SHA-256 [0-9a-f]{64}$`, 'm'));
});

describe('a role with grantReadFleet and nothing else', () => {
  const VERBS = [['list'], ['status'], ['show', 'kept-bot'], ['certificate', 'left-bot'], ['verify', 'kept-bot'], ['verify', '--all'], ['verify', '--download'], ['report', '--from']];

  test.each(VERBS)('makes every call of nhi %s %s', async (...words) => {
    const last = { '--download': join(folder, 'of-auditor'), '--from': from }[words.at(-1)!];
    const auditor = await keysOf(aws, 'ines@example.com', 'auditor');

    expect(await aws.nhiAs(auditor, [...words, ...last === undefined ? [] : [last]])).toMatchObject({ status: 0, stderr: '' });
  });

  test('needs the public key that signs campaigns for a report and a bundle, and for nothing else', async () => {
    const denial = { Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: 'kms:*', Resource: '*' }] };
    await aws.iam.send(new PutRolePolicyCommand({ RoleName: 'auditor', PolicyName: 'no-keys', PolicyDocument: JSON.stringify(denial) }));
    const auditor = await keysOf(aws, 'ines@example.com', 'auditor');
    const run = async (...words: string[]): Promise<number> => (await aws.nhiAs(auditor, words)).status;

    expect([await run('report', '--from', from), await run('verify', '--download', join(folder, 'without-key')), await run('verify', '--all'), await run('status')]).toEqual([2, 1, 0, 0]);
    await aws.iam.send(new DeleteRolePolicyCommand({ RoleName: 'auditor', PolicyName: 'no-keys' }));
  });

  test('reads no other key, and signs nothing', async () => {
    const { kms } = await asPerson(aws, 'ines@example.com', 'auditor');
    const { KeyId } = await kms.send(new GetPublicKeyCommand({ KeyId: 'alias/agents-nhi-campaigns' }));

    expect(KeyId).toMatch(/^arn:aws:kms:/);
    // The grant is for the alias.
    await expect(kms.send(new GetPublicKeyCommand({ KeyId }))).rejects.toThrow(/AccessDenied|not authorized/);
    const request = { KeyId: 'alias/agents-nhi-campaigns', Message: Buffer.alloc(32), MessageType: 'DIGEST', SigningAlgorithm: 'ECDSA_SHA_256' } as const;
    await expect(kms.send(new SignCommand(request))).rejects.toThrow(/AccessDenied|not authorized/);
  });
});

test('a copy that somebody replaced at the registry is named by the report and by a bundle', async () => {
  const { s3, bucket: Bucket } = aws.registry;
  const Key = `events/${aws.env.account}/kept-bot/000000000001.json`;
  // Without Object Lock, which a registry for development doesn't have, the first version can be deleted.
  const { Versions: [{ VersionId }] = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket, Prefix: Key }));
  const text = await (await s3.send(new GetObjectCommand({ Bucket, Key, VersionId }))).Body!.transformToString();
  await s3.send(new DeleteObjectCommand({ Bucket, Key, VersionId }));
  await s3.send(new PutObjectCommand({ Bucket, Key, Body: text.replace('Ada Park', 'Eve Dropper'), ChecksumAlgorithm: 'SHA256' }));

  const { status, report } = await reported();
  expect(status).toBe(2);
  expect(report.differences).toEqual([{ what: Key, reason: 'event 1 of kept-bot: its content does not match its hash' }]);
  const bundle = join(folder, 'changed');
  await aws.nhi(['verify', '--download', bundle]);
  const verdict = await offline(['verify', '--bundle', bundle]);
  expect(verdict).toMatchObject({ status: 2, stdout: expect.stringContaining(`evidence/${Key}, event 1: expected content with the hash`) });
});
