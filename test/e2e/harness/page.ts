import { once } from 'node:events';
import { IncomingMessage, request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { GetFunctionConfigurationCommand, InvokeCommand } from '@aws-sdk/client-lambda';
import { CreateEmailIdentityCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import { LocalAws } from './local-aws';
import { httpApiEvent } from '../../../runtime/review-page';
import { Browser } from '../../runtime/review-page/browser';

const PAGE = 'agents-nhi-review-page';
const NOTIFICATIONS = 'agents-nhi-notifications';

/** Lets the registry send mails from the domain. */
export async function verifySender({ plainEndpoint: endpoint, env: { account, region } }: LocalAws, EmailIdentity: string): Promise<void> {
  const ses = new SESv2Client({ endpoint, region, credentials: { accessKeyId: account, secretAccessKey: 'test' } });
  await ses.send(new CreateEmailIdentityCommand({ EmailIdentity }));
}

/** The emulator does not know `ses:FromAddress`, so the deployed statement, which names it, allows nothing there. */
export async function allowMails(aws: LocalAws): Promise<void> {
  await allowOnEmulator(aws, NOTIFICATIONS, ['ses:SendEmail']);
}

async function allowOnEmulator(aws: LocalAws, RoleName: string, Action: string[]): Promise<void> {
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource: '*' }] });
  await aws.iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'emulator', PolicyDocument }));
}

export async function originOfPage(aws: LocalAws): Promise<string> {
  const { Environment: environment } = await aws.lambda.send(new GetFunctionConfigurationCommand({ FunctionName: PAGE }));
  return (JSON.parse(environment!.Variables!.REVIEW_PAGE) as { origin: string }).origin;
}

/** Sends the digests, and returns all mails to a person, as text. */
export async function mailTo(aws: LocalAws, person: string): Promise<string> {
  const { FunctionError: error, Payload: payload } = await aws.lambda.send(new InvokeCommand({
    FunctionName: NOTIFICATIONS, Payload: new TextEncoder().encode('{"task":"send-digests"}'),
  }));
  expect([error, new TextDecoder().decode(payload)]).toEqual([undefined, expect.anything()]);
  const answer = await fetch(`${aws.plainEndpoint}/_ministack/ses/messages`);
  const { messages } = await answer.json() as { messages: Record<string, { To: string[]; BodyText: string }[]> };
  return messages[aws.env.account].filter(({ To: [to] }) => to === person).map(({ BodyText }) => BodyText).join('\n');
}

type Sent = Parameters<ConstructorParameters<typeof Browser>[0]>[0];

/** Sends what a browser would to the emulator's API Gateway, which finds the API by the name of the host. */
export async function throughApi(aws: LocalAws, host: string, event: Sent): ReturnType<ConstructorParameters<typeof Browser>[0]> {
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

/** Until the engine has carried the decision out. */
export async function untilDone(browser: Browser): Promise<void> {
  for (let tries = 0; browser.last.body.includes('Look again') && tries < 60; tries++) {
    await pause(500);
    await browser.get(browser.last.path);
  }
}

/** Until a person is asked something on the page: EventBridge delivers events later. */
export async function untilAsked(aws: LocalAws, person: string): Promise<void> {
  const asked = async () => aws.registry.table.query(`notice-reviewer#${person}`, 'agent#');
  for (let tries = 0; (await asked()).length === 0 && tries < 60; tries++) {
    await pause(500);
  }
}
