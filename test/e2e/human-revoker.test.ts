import { AttachRolePolicyCommand, CreateRoleCommand } from '@aws-sdk/client-iam';
import { Duration } from 'aws-cdk-lib';
import { agentApp, Build, platform } from './harness/apps';
import { eventsOf } from './harness/ledger-items';
import { LocalAws } from './harness/local-aws';
import { allowMails, mailTo, throughApi, untilAsked, untilDone, verifySender } from './harness/page';
import { asPerson } from './harness/people';
import { proposeConfirmation } from '../../runtime/operator';
import { Browser } from '../runtime/review-page/browser';
import { AccessCertification, Notifications, Revoker } from 'cdk-nhi-lifecycle';

const KIM = 'kim@example.com';
const STEPS = ['Open transaction SU01 and enter the name', 'Lock the user, then delete it'];
const REASON = 'Deleted the user in SU01';

let aws: LocalAws;

beforeAll(async () => {
  aws = await LocalAws.start();
  await verifySender(aws, 'example.com');
  await aws.deploy(platform({
    notifications: Notifications.mail({ from: 'agents@example.com' }),
    also: (stack, registry) => void new AccessCertification(stack, 'Reviews', { registry, interval: Duration.days(90), page: {} }),
  }));
  await allowMails(aws);
});

afterAll(() => aws.stop());

const bot = (agentName: string, stackName: string, subject?: string): Build => agentApp({
  agentName, stackName, revokersIn: () => [Revoker.human('sap', { team: [KIM], steps: STEPS, ...(subject === undefined ? {} : { subject }) })],
});
const nhi = async (...words: string[]): Promise<string> => (await aws.nhi(words)).stdout;

test('cdk destroy, the mail to the team, the page behind the API, the confirmation, and a certificate whose third part says who did it', async () => {
  await aws.deploy(bot('invoice-bot', 'InvoiceBot'));
  await aws.destroy(bot('invoice-bot', 'InvoiceBot'));
  expect(await aws.statusOf('InvoiceBot')).toBeUndefined();
  await aws.executionsDone();
  expect(await nhi('list')).toMatch(/^invoice-bot +revoking /m);
  expect(await nhi('certificate', 'invoice-bot')).toContain('Third part: not written');

  await untilAsked(aws, KIM);
  const text = await mailTo(aws, KIM);
  STEPS.forEach((step) => expect(text).toContain(step));
  const [, host, opening] = /https:\/\/([^/\s]+)(\/open\/\S+)/.exec(text)!;
  const browser = new Browser((event) => throughApi(aws, host, event));
  expect((await browser.get(opening)).body).toContain('You were asked to remove access');
  await browser.post('/open', { token: opening.replace('/open/', '') });
  expect(browser.last).toMatchObject({ status: 200, body: expect.stringContaining(STEPS[1]) });
  const { path } = browser.last;
  await browser.post(`${path}/check`, { ...browser.form(`${path}/check`), done: 'yes', reason: REASON });
  await browser.post(`${path}/decide`, browser.form(`${path}/decide`));
  await untilDone(browser);
  expect(browser.last.body).toContain('Your confirmation is recorded');
  expect((await new Browser((event) => throughApi(aws, host, event)).get(opening)).status).toBe(403);

  expect(await nhi('list')).toMatch(/^invoice-bot +left /m);
  expect(await nhi('certificate', 'invoice-bot')).toMatch(/Third part, recorded[^]*attested at \S+ by kim@example\.com with the link of a mail, and not seen by the registry: Deleted the user in SU01/);
  expect(await nhi('show', 'invoice-bot')).toMatch(/^revocation +sap .*: attested at .* by kim@example\.com: Deleted the user in SU01$/m);
  expect(await nhi('verify', 'invoice-bot')).toContain('the chain of invoice-bot is intact');
  expect((await eventsOf(aws.registry, 'invoice-bot')).slice(-2)).toEqual(['revocation-confirmed', 'revocations-certified']);
});

test('an operator confirms at the terminal in the session of a role, and not as root; a closed row of the ledger is found', async () => {
  const RoleName = 'operator';
  const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: aws.env.account }, Action: 'sts:AssumeRole' }] };
  await aws.iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: JSON.stringify(trust) }));
  await aws.iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' }));
  await aws.deploy(bot('order-bot', 'OrderBot'));
  await aws.destroy(bot('order-bot', 'OrderBot'));
  await aws.executionsDone();

  // Somebody who may write the ledger closes it by hand, and puts it back.
  const key = { pk: `placement#${aws.env.account}#order-bot`, sk: 'state' };
  const row = (await aws.registry.table.get<{ state: { revocations: object[] } }>(key.pk, key.sk))!;
  const [open] = row.state.revocations;
  await aws.registry.table.put({ ...row, ...key, state: { ...row.state, revocations: [{ ...open, confirmed: { at: '2026-11-29T00:00:00.000Z' } }] } });
  expect((await aws.nhi(['verify', 'order-bot'])).stdout).toContain('access at "sap" is confirmed as gone, and no event does');
  await aws.registry.table.put({ ...row, ...key });
  expect(await nhi('verify', 'order-bot')).toContain('the chain of order-bot is intact');

  const asRoot = await aws.nhi(['confirm', 'order-bot', 'sap', '--yes', '--reason', REASON]);
  expect([asRoot.status === 0, asRoot.stderr]).toEqual([false, expect.stringContaining('ConfirmationUnvouched')]);
  const connection = await asPerson(aws, 'ada', RoleName);
  const { make } = await proposeConfirmation(connection, 'order-bot', { revoker: 'sap', reason: REASON }, { now: new Date(), tell: () => undefined, lookEveryMs: 200 });
  const { revocations } = await make();
  expect(revocations).toMatchObject([{ confirmed: { by: expect.stringContaining(':assumed-role/operator/ada'), proof: 'aws-session' } }]);
  expect(await nhi('list')).toMatch(/^order-bot +left /m);
  await aws.deploy(bot('order-bot', 'OrderBot'));
  expect(await nhi('list')).toMatch(/^order-bot +active /m);
});

test('while the team is asked, the agent joins again with another account and not with the same', async () => {
  await aws.deploy(bot('again-bot', 'AgainBot'));
  await aws.destroy(bot('again-bot', 'AgainBot'));
  await aws.executionsDone();
  await expect(aws.deploy(bot('again-bot', 'AgainBot'))).rejects.toThrow(/RevocationsOpen: agent again-bot has left.* sap \(.*asked of kim@example\.com\)/);
  expect(await nhi('list')).toMatch(/^again-bot +revoking /m);
  await aws.deploy(bot('again-bot', 'AgainBot', 'BOT8'));
  expect(await nhi('list')).toMatch(/^again-bot +active /m);
  expect(await nhi('show', 'again-bot')).toMatch(/^revocation +sap .*: OPEN since /m);
  expect(await nhi('verify', 'again-bot')).toContain('the chain of again-bot is intact');
  await expect(aws.deploy(bot('again-bot', 'AgainBot'))).rejects.toThrow(/RevocationsOpen: agent again-bot had left before it joined again/);
  expect(await nhi('list')).toMatch(/^again-bot +active /m);
});
