import { createServer, IncomingMessage } from 'node:http';
import { AddressInfo } from 'node:net';
import { respondTo } from '../runtime/review-page';
import { mailbox } from '../test/runtime/engine/mailbox';
import { ADA } from '../test/runtime/engine/review-world';
import { showLargest } from '../test/runtime/review-page/largest';
import { Browser, FakeSignIn, PageWorld, PATH } from '../test/runtime/review-page/page-world';

const AGENT = PATH.replace('reviews', 'agents');
const RUNS = 60;

/** Receives responses like CloudFormation's bucket, and serves the page like its function behind an API. */
const server = createServer((request, response) => void answer(request).then(({ status, headers, body }) => {
  response.writeHead(status, headers).end(body);
}));
let world: PageWorld;

interface Answered { readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly body: string }

async function answer(request: IncomingMessage): Promise<Answered> {
  const parts: Buffer[] = [];
  for await (const part of request) {
    parts.push(part as Buffer);
  }
  if (request.method === 'PUT') {
    const body = JSON.parse(Buffer.concat(parts).toString('utf8'));
    mailbox.set(body.RequestId, body);
    return { status: 200, headers: {}, body: '' };
  }
  const [rawPath, rawQueryString = ''] = request.url!.split('?');
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
  const { statusCode, headers: sent, body } = await respondTo(world.app, world.page.origin, {
    rawPath, rawQueryString, headers, requestContext: { http: { method: request.method } },
  });
  return { status: statusCode, headers: sent, body };
}

/** A registry with one agent of four services, of which a review is open. */
async function open(localEndpoint: string): Promise<Browser> {
  world = new PageWorld({ signIn: new FakeSignIn() }, { localEndpoint });
  world.fake.responseUrl = `${localEndpoint}/response`;
  await world.join(['dynamodb:GetItem', 'dynamodb:PutItem', 's3:GetObject', 'bedrock:InvokeModel', 'ses:SendEmail']);
  await world.open();
  return world.signedIn(ADA);
}

async function bytesOf(browser: Browser, paths: readonly string[]): Promise<number> {
  let most = 0;
  for (const path of paths) {
    const { status, body } = await browser.get(path);
    if (status !== 200) {
      throw new Error(`PageUnknown: ${path} answers ${status}`);
    }
    most = Math.max(most, Buffer.byteLength(body));
  }
  return most;
}

/** Milliseconds from a request to the first byte of its answer, the median of many. */
async function firstByte(endpoint: string, path: string, cookies: ReadonlyMap<string, string>): Promise<number> {
  const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  const times: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    const began = performance.now();
    const response = await fetch(endpoint + path, { headers: { cookie } });
    times.push(performance.now() - began);
    await response.text();
  }
  return times.sort((one, other) => one - other)[RUNS / 2];
}

/** Prints sizes and times of the page as JSON. */
async function main(): Promise<void> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const browser = await open(endpoint);
  const typical = await bytesOf(browser, [PATH]);
  const typicalMs = await firstByte(endpoint, PATH, browser.cookies);
  await showLargest(world);
  const largest = await bytesOf(browser, [...Array.from({ length: 30 }, (_, index) => `${PATH}?part=${index + 1}`), AGENT, `${AGENT}?history=2`, '/reviews']);
  const largestMs = await firstByte(endpoint, PATH, browser.cookies);
  server.close();
  console.log(JSON.stringify({ typical, typicalMs, largest, largestMs }));
}

void main();
