import { once } from 'node:events';
import { IncomingMessage, request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { GetFunctionConfigurationCommand, InvokeCommand } from '@aws-sdk/client-lambda';
import { CreateEmailIdentityCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import { Duration } from 'aws-cdk-lib';
import { agentApp, platform, TEST_TABLE } from './harness/apps';
import { eventsOf } from './harness/ledger-items';
import { LocalAws } from './harness/local-aws';
import { sweep } from './harness/sweep';
import { httpApiEvent } from '../../runtime/review-page';
import { Browser } from '../runtime/review-page/browser';
import { AccessCertification, Notifications, SweepLimit } from 'cdk-nhi-lifecycle';

const ADA = 'ada.park@example.com';
const REASON = 'It reads no invoices any more';
const PAGE = 'agents-nhi-review-page';

let aws: LocalAws;

beforeAll(async () => {
  aws = await LocalAws.start();
  const { account, region } = aws.env;
  const ses = new SESv2Client({ endpoint: aws.plainEndpoint, region, credentials: { accessKeyId: account, secretAccessKey: 'test' } });
  await ses.send(new CreateEmailIdentityCommand({ EmailIdentity: 'example.com' }));
  await aws.deploy(platform({
    agenda: { interval: Duration.days(1), driftCheck: Duration.days(30), limit: SweepLimit.of({ agents: 10, share: 1 }) },
    notifications: Notifications.mail({ from: 'agents@example.com' }),
    also: (stack, registry) => void new AccessCertification(stack, 'Reviews', { registry, interval: Duration.seconds(2), deadline: Duration.days(14), page: {} }),
  }));
  // The emulator knows neither `ses:FromAddress` nor `kms:RequestAlias`, so the deployed statements, which name both, allow nothing there.
  await allowOnEmulator('agents-nhi-notifications', ['ses:SendEmail', 'kms:GenerateMac']);
  await allowOnEmulator(PAGE, ['kms:VerifyMac']);
}, 180_000);

afterAll(() => aws.stop());

async function allowOnEmulator(RoleName: string, Action: string[]): Promise<void> {
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource: '*' }] });
  await aws.iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'emulator', PolicyDocument }));
}

/** The mail to a person, as text. */
async function mailTo(person: string): Promise<string> {
  const { FunctionError: error, Payload: payload } = await aws.lambda.send(new InvokeCommand({
    FunctionName: 'agents-nhi-notifications', Payload: new TextEncoder().encode('{"task":"send-digests"}'),
  }));
  expect([error, new TextDecoder().decode(payload)]).toEqual([undefined, expect.anything()]);
  const answer = await fetch(`${aws.plainEndpoint}/_ministack/ses/messages`);
  const { messages } = await answer.json() as { messages: Record<string, { To: string[]; BodyText: string }[]> };
  return messages[aws.env.account].filter(({ To: [to] }) => to === person).map(({ BodyText }) => BodyText).join('\n');
}

type Sent = Parameters<ConstructorParameters<typeof Browser>[0]>[0];

/** Sends what a browser would to the emulator's API Gateway, which finds the API by the name of the host. */
async function throughApi(host: string, event: Sent): ReturnType<ConstructorParameters<typeof Browser>[0]> {
  const { rawPath, rawQueryString, headers, cookies, body, requestContext: { http: { method } } } = httpApiEvent.parse(event);
  const sent = request(aws.plainEndpoint + rawPath + (rawQueryString === '' ? '' : `?${rawQueryString}`), {
    method, headers: { ...headers, host, ...(cookies === undefined ? {} : { cookie: cookies.join('; ') }) },
  });
  sent.end(body);
  const [response] = await once(sent, 'response') as [IncomingMessage];
  const parts: Buffer[] = [];
  for await (const part of response) {
    parts.push(part as Buffer);
  }
  const { 'set-cookie': set = [], ...others } = response.headers;
  return { statusCode: response.statusCode!, headers: others as Record<string, string>, cookies: set, body: Buffer.concat(parts).toString() };
}

test('the mail arrives, its link opens the page behind the API, the decision is taken, the engine acts and the call is denied', async () => {
  const path = `/reviews/${aws.env.account}/invoice-bot`;
  await aws.deploy(agentApp());
  await pause(3_100);
  await sweep(aws);
  const asked = async () => aws.registry.table.query(`notice-reviewer#${ADA}`, 'agent#');
  for (let tries = 0; (await asked()).length === 0 && tries < 60; tries++) {
    await pause(500);
  }
  const text = await mailTo(ADA);
  const [, host, opening] = /https:\/\/([^/\s]+)(\/open\/\S+)/.exec(text)!;
  const { Environment: environment } = await aws.lambda.send(new GetFunctionConfigurationCommand({ FunctionName: PAGE }));
  expect((JSON.parse(environment!.Variables!.REVIEW_PAGE) as { origin: string }).origin).toBe(`https://${host}`);

  const browser = new Browser((event) => throughApi(host, event));
  const session = await aws.sessions.open('invoice-bot', 'test');
  expect(await aws.sessions.read(session, TEST_TABLE)).toBe('allowed');
  expect((await browser.get(opening)).body).toContain('Review of invoice-bot');
  expect(browser.last.headers).toMatchObject({ 'content-security-policy': expect.stringContaining("default-src 'none'"), 'cache-control': 'no-store' });
  await browser.post('/open', { token: opening.replace('/open/', '') });
  expect(browser.last.body).toContain('Database tables (DynamoDB)');
  expect((await browser.get(`/open/${'A'.repeat(60)}.${'A'.repeat(43)}`)).status).toBe(403);
  await browser.decide({ verdict: 'reduce', items: 'dynamodb', reason: REASON }, path);
  for (let tries = 0; browser.last.body.includes('Look again') && tries < 60; tries++) {
    await pause(500);
    await browser.get(browser.last.path);
  }
  expect(browser.last.body).toContain('Your decision is recorded');
  expect(await aws.sessions.read(session, TEST_TABLE)).toBe('refused');
  expect(await eventsOf(aws.registry, 'invoice-bot')).toEqual(['joined', 'review-due', 'review-decided', 'reduced', 'certified']);
  expect((await new Browser((event) => throughApi(host, event)).get(opening)).status).toBe(403);

  // Warm, from the first request to the first byte, on a machine that does other things too.
  const began = performance.now();
  await browser.get('/');
  expect(browser.last.status).toBe(200);
  console.log(`the first byte came after ${Math.round(performance.now() - began)} ms`);
}, 240_000);
