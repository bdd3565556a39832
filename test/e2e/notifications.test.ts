import { writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { CreateEmailIdentityCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import { Duration } from 'aws-cdk-lib';
import { agentApp, platform } from './harness/apps';
import { LocalAws } from './harness/local-aws';
import { Notifications } from 'cdk-nhi-lifecycle';

let aws: LocalAws;

interface Mail { readonly Source: string; readonly To: string[]; readonly Subject: string; readonly BodyText: string; readonly BodyHtml: string }

/** What the emulator's mail service has sent. */
async function inbox(): Promise<Mail[]> {
  const answer = await fetch(`${aws.plainEndpoint}/_ministack/ses/messages`);
  return (await answer.json() as { messages: Record<string, Mail[]> }).messages[aws.env.account] ?? [];
}

/** A run, started as the schedule starts it. */
async function sendDigests(): Promise<void> {
  const { FunctionError: error, Payload: payload } = await aws.lambda.send(new InvokeCommand({
    FunctionName: 'agents-nhi-notifications', Payload: new TextEncoder().encode('{"task":"send-digests"}'),
  }));
  if (error !== undefined) {
    throw new Error(`the function failed: ${error} ${new TextDecoder().decode(payload)}`);
  }
}

beforeAll(async () => {
  aws = await LocalAws.start();
  const { account, region } = aws.env;
  const ses = new SESv2Client({ endpoint: aws.plainEndpoint, region, credentials: { accessKeyId: account, secretAccessKey: 'test' } });
  await ses.send(new CreateEmailIdentityCommand({ EmailIdentity: 'example.com' }));
  await aws.deploy(platform({
    agenda: { interval: Duration.days(1) },
    notifications: Notifications.mail({ from: 'agents@example.com', operators: ['ops@example.com'] }),
  }));
  // The emulator authorizes sending without the identity and `ses:FromAddress`, so the deployed statement, which names both, allows nothing there.
  await aws.iam.send(new PutRolePolicyCommand({
    RoleName: 'agents-nhi-notifications',
    PolicyName: 'emulator',
    PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'ses:SendEmail', Resource: '*' }] }),
  }));
});

afterAll(() => aws.stop());

test('what concerns a person arrives as one mail to each, through the bus, and a doubled run sends nothing', async () => {
  await aws.deploy(agentApp({ agentNames: ['one-bot', 'two-bot'] }));
  await aws.nhi(['suspend', 'one-bot', '--reason', 'It is <b>compromised</b>, see https://example.com', '--yes']);
  // The bus delivers in the background: two events that join, and one that suspends, for two people each.
  const rows = async () => aws.registry.table.query<{ notice: object }>('notice', 'to#');
  for (let tries = 0; (await rows()).length < 6 && tries < 60; tries++) {
    await pause(500);
  }
  expect(await rows()).toHaveLength(6);
  await Promise.all([sendDigests(), sendDigests()]);
  await sendDigests();

  const mails = await inbox();
  expect(mails.map(({ Source, To, Subject }) => [Source, To, Subject]).sort()).toEqual([
    ['agents@example.com', ['ada.park@example.com'], '[agents] 3 notices about agents'],
    ['agents@example.com', ['li.chen@example.com'], '[agents] 3 notices about agents'],
  ]);
  expect(await rows()).toEqual([]);
  const [{ BodyText: text, BodyHtml: html }] = mails.filter(({ To: [person] }) => person === 'ada.park@example.com');
  expect(text).toMatch(/== one-bot was suspended[\s\S]*== one-bot joined[\s\S]*== two-bot joined/);
  expect(html).toContain('It is &lt;b&gt;compromised&lt;/b&gt;, see https[:]//example[.]com');
  if (process.env.MAIL_FILE !== undefined) {
    writeFileSync(process.env.MAIL_FILE, html);
  }
});
