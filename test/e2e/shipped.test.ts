import {
  DeleteBucketPolicyCommand, DeleteObjectCommand, GetObjectCommand, GetObjectRetentionCommand, ListObjectVersionsCommand,
} from '@aws-sdk/client-s3';
import { agentApp, PRODUCTION, PRODUCTION_TABLE, shippedRegistry, surroundings, TEST_TABLE } from './harness/apps';
import { lookAtRole } from './harness/identities';
import { eventsOf, readTable } from './harness/ledger-items';
import { LocalAws } from './harness/local-aws';
import { certificatesOf, verifyPlacement } from '../../runtime/operator';
import { CERTIFICATES } from '../../src/contract/evidence-keys';

const DAY_MS = 86_400_000;

let aws: LocalAws;

beforeAll(async () => {
  aws = await LocalAws.start({ tls: true });
  await aws.deploy(surroundings());
  await aws.deploy(shippedRegistry());
});

afterAll(() => aws.stop());

test('with the registry that ships an agent joins and moves, and the registry can\'t be deleted while it lives', async () => {
  await aws.deploy(agentApp());
  const inTest = await aws.sessions.open('invoice-bot', 'test');
  expect([await aws.sessions.read(inTest, TEST_TABLE), await aws.sessions.read(inTest, PRODUCTION_TABLE)]).toEqual(['allowed', 'refused']);

  await aws.deploy(agentApp({ stage: PRODUCTION }));
  expect(await aws.sessions.read(inTest, TEST_TABLE)).toBe('refused');
  const inProduction = await aws.sessions.open('invoice-bot', 'production');
  expect(await aws.sessions.write(inProduction, PRODUCTION_TABLE)).toBe('allowed');

  await expect(aws.destroy(shippedRegistry())).rejects.toThrow(/RegistryInUse: 1 agents live in this registry.*invoice-bot/);
  expect(await aws.statusOf('Platform')).toBe('DELETE_FAILED');
  expect(await aws.sessions.write(inProduction, PRODUCTION_TABLE)).toBe('allowed');
});

test('it leaves, denied, and its certificate is locked in the bucket, which takes no request without TLS', async () => {
  const session = await aws.sessions.open('invoice-bot', 'production');
  expect(await aws.sessions.write(session, PRODUCTION_TABLE)).toBe('allowed');

  await aws.destroy(agentApp({ stage: PRODUCTION }));
  await aws.executionsDone();

  expect(await aws.sessions.write(session, PRODUCTION_TABLE)).toBe('refused');
  expect(await lookAtRole(aws.iam, 'invoice-bot-production')).toBeUndefined();
  expect(await eventsOf(aws.registry, 'invoice-bot')).toEqual(['joined', 'moved', 'principal-retired', 'principal-retired', 'left', 'deletion-confirmed']);
  expect((await verifyPlacement(aws.registry, 'invoice-bot', new Date())).evidence.map(({ verdict }) => verdict)).toEqual(['intact', 'intact']);
  const { leaves: [{ certificate, deletion }] } = await certificatesOf(aws.registry, 'invoice-bot');
  expect(deletion?.id).toBe(certificate.id);

  await expectEvidenceKept();
});

test('without agents the registry goes, and leaves ledger and evidence', async () => {
  await aws.destroy(shippedRegistry());

  expect(await aws.statusOf('Platform')).toBeUndefined();
  expect((await certificatesOf(aws.registry, 'invoice-bot')).leaves).toHaveLength(1);
  expect((await readTable(aws.registry.table)).length).toBeGreaterThan(0);
  expect(await eventsOf(aws.registry, 'invoice-bot')).toContain('left');
  const { version, read, remove } = await expectEvidenceKept();

  // Without the policy the lock still holds; that it was the policy that demanded TLS shows as well.
  await aws.registry.s3.send(new DeleteBucketPolicyCommand({ Bucket: version.Bucket }));
  expect([await remove(), await read('tls'), await read('plain')]).toEqual(['AccessDenied', 'allowed', 'allowed']);
});

/** A certificate is locked for as long as the registry says, and its bucket takes no request without TLS, not even from root. */
async function expectEvidenceKept() {
  const { s3, bucket: Bucket, operator } = aws.registry;
  const plain = aws.registryAs({ accessKeyId: aws.env.account, secretAccessKey: 'test' }, operator, aws.plainEndpoint).s3;
  const { Versions: [found] = [], DeleteMarkers: markers = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket, Prefix: CERTIFICATES }));
  const version = { Bucket, Key: found.Key, VersionId: found.VersionId };
  const read = (transport: 'tls' | 'plain') => outcome(
    // A body that nobody reads would fail later, when its connection is closed.
    (transport === 'tls' ? s3 : plain).send(new GetObjectCommand(version)).then(({ Body: body }) => body!.transformToString()));
  const remove = (BypassGovernanceRetention = false) => outcome(s3.send(new DeleteObjectCommand({ ...version, BypassGovernanceRetention })));

  const { Retention: retention } = await s3.send(new GetObjectRetentionCommand(version));
  expect(retention?.Mode).toBe('GOVERNANCE');
  expect(retention?.RetainUntilDate?.getTime()).toBeGreaterThan(Date.now() + 399 * DAY_MS);
  expect([await read('tls'), await read('plain')]).toEqual(['allowed', 'AccessDenied']);
  // Neither hidden by a marker nor deleted, be it by those who may pass the lock.
  expect(markers).toEqual([]);
  expect(await outcome(s3.send(new DeleteObjectCommand({ Bucket, Key: version.Key })))).toBe('AccessDenied');
  expect([await remove(), await remove(true)]).toEqual(['AccessDenied', 'AccessDenied']);
  return { version, read, remove };
}

async function outcome(call: Promise<unknown>): Promise<string> {
  return call.then(() => 'allowed', (error: Error) => error.name);
}
