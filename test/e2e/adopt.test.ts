import { adoptingApp, createLegacyRole, LEGACY, openSession, wholeRole } from './harness/adopted';
import { platform, TEST_TABLE } from './harness/apps';
import { lookAtRole } from './harness/identities';
import { eventsOf } from './harness/ledger-items';
import { LocalAws } from './harness/local-aws';
import { AdoptionRemoval } from 'cdk-nhi-lifecycle';

let aws: LocalAws;

beforeAll(async () => {
  aws = await LocalAws.start();
  await aws.deploy(platform());
}, 120_000);

afterAll(() => aws.stop());

test('an adopted role keeps working, is guarded and ends, and a release gives it back as it was', async () => {
  await createLegacyRole(aws);
  const before = await wholeRole(aws.iam);
  const session = await openSession(aws);

  await aws.deploy(adoptingApp());
  expect(await aws.sessions.read(session, TEST_TABLE)).toBe('allowed');
  const adopted = await lookAtRole(aws.iam, LEGACY);
  expect(adopted?.attached.map((arn) => arn.split('/').at(-1))).toEqual(['agents-guard-production', 'agents-no-registry']);
  expect(adopted?.inline).toEqual(['nhi-expiry', 'tables']);
  expect(adopted?.tags).toMatchObject({ 'team': 'billing', 'agent:name': 'legacy-bot', 'agent:sponsor': 'ada.park@example.com' });

  await aws.deploy(adoptingApp({ onRemoval: AdoptionRemoval.RELEASE }));
  await aws.destroy(adoptingApp());
  expect(await wholeRole(aws.iam)).toEqual(before);
  expect(await aws.sessions.read(session, TEST_TABLE)).toBe('allowed');
  expect(await eventsOf(aws.registry, 'legacy-bot')).toEqual(['adopted', 'access-changed', 'released']);
}, 120_000);
