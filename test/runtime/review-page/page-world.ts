import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { SFNClient } from '@aws-sdk/client-sfn';
import type { Hono } from 'hono';
import { executionName } from '../../../runtime/engine/start-transition';
import { ReviewPageLedger } from '../../../runtime/ledger';
import { LifecycleRequest } from '../../../runtime/model/request';
import { LinkClaims, Mac, signLink } from '../../../runtime/review-link';
import { httpApiEvent, registryDesk, respondTo, reviewApp, ReviewPage, SignIn } from '../../../runtime/review-page';
import { PLACEMENT } from '../engine/decision/requests';
import { ADA, ReviewWorld } from '../engine/review-world';
import { named } from '../ledger/memory-table';

export const ORIGIN = 'https://reviews.example.com';
export const PATH = `/reviews/${PLACEMENT.account}/${PLACEMENT.agentName}`;
export const REASON = 'It is needed for the monthly closing';
const KEY = 'a key that never leaves KMS';

export const mac: Mac = {
  generate: async (message) => createHmac('sha256', KEY).update(message).digest(),
  verify: async (message, given) => given.length === 32 && timingSafeEqual(createHmac('sha256', KEY).update(message).digest(), given),
};

/** The page on the engine of the tests, with reviews that the engine opened and shows. */
export class PageWorld extends ReviewWorld {
  public readonly counts: string[] = [];
  public readonly warnings: string[] = [];
  public readonly page: ReviewPage;
  public app: Hono;
  /** Called when an execution is asked for, before it runs. */
  public beforeRun: () => Promise<void> = async () => undefined;
  private randoms = 0;
  private readonly outputs = new Map<string, object>();

  constructor({ signIn, origin = ORIGIN }: { readonly signIn?: SignIn; readonly origin?: string } = {}) {
    super();
    const { engine, memory: { table } } = this.fake;
    const now = () => this.fake.now;
    this.page = {
      registry: 'agents',
      origin,
      ledger: new ReviewPageLedger(table),
      desk: registryDesk({ table, s3: engine.s3, bucket: 'evidence', stateMachine: this.stateMachine(), stateMachineArn: 'arn:aws:states:eu-west-1:111122223333:stateMachine:agents', now }),
      mac,
      ...(signIn === undefined ? {} : { signIn }),
      arn: 'arn:aws:lambda:eu-west-1:111122223333:function:agents-review-page',
      now,
      random: (bytes) => createHash('sha512').update(`random ${++this.randoms}`).digest().subarray(0, bytes).toString('base64url'),
      count: (metric) => void this.counts.push(metric),
      warn: (message, fields) => void this.warnings.push(`${message} ${JSON.stringify(fields)}`),
    };
    this.app = reviewApp(this.page);
  }

  /** A link as the mail has it. */
  public async token(changes: Partial<LinkClaims> = {}): Promise<string> {
    const { review } = await this.now();
    return signLink(mac, {
      registry: 'agents', ...PLACEMENT, reviewId: review?.open?.id ?? 'none', person: ADA, expiresAtEpochSeconds: Math.floor(this.fake.now.getTime() / 1000) + 8 * 86_400, nonce: 'n'.repeat(22), ...changes,
    });
  }

  public browser(): Browser {
    return new Browser((event) => respondTo(this.app, ORIGIN, event));
  }

  /** A browser in which a person has opened the link. */
  public async opened(changes: Partial<LinkClaims> = {}): Promise<Browser> {
    const browser = this.browser();
    await browser.post('/open', { token: await this.token(changes) });
    return browser;
  }

  private stateMachine(): SFNClient {
    const send = async ({ constructor: { name }, input }: { constructor: { name: string }; input: { name: string; input: string; executionArn: string } }): Promise<object> => {
      if (name === 'StartExecutionCommand') {
        await this.beforeRun();
        const { requestId } = JSON.parse(input.input) as { requestId: string };
        const [{ stored: { request } }] = this.fake.memory.under(`request#${requestId}`) as unknown as { stored: { request: LifecycleRequest } }[];
        const result = await this.fake.run(request);
        if (result !== undefined) {
          this.outputs.set(executionName(request), { status: result.status, output: JSON.stringify(result.output) });
        }
        return {};
      }
      const found = this.outputs.get(input.executionArn.split(':').at(-1)!);
      if (found === undefined) {
        throw named('ExecutionDoesNotExist');
      }
      return found;
    };
    return { send } as unknown as SFNClient;
  }
}

export interface Answer { readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly cookies: readonly string[]; readonly body: string }

/** Sends what a browser would, by events of API Gateway, and keeps cookies. */
export class Browser {
  public readonly cookies = new Map<string, string>();
  /** All headers that set a cookie, as they came. */
  public readonly setCookies: string[] = [];
  public last: Answer = { status: 0, headers: {}, cookies: [], body: '' };

  public constructor(private readonly send: (event: unknown) => Promise<{ statusCode: number; headers: Readonly<Record<string, string>>; cookies: readonly string[]; body: string }>) {}

  public get(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
    return this.request(method, path, headers);
  }

  /** Sends a form and follows where it leads. */
  public async post(path: string, fields: Record<string, string | readonly string[]> | string, headers: Record<string, string> = {}): Promise<Answer> {
    const body = typeof fields === 'string' ? fields : new URLSearchParams(Object.entries(fields).flatMap(([name, value]) => [value].flat().map((one): [string, string] => [name, one]))).toString();
    const own = { 'content-type': 'application/x-www-form-urlencoded', 'origin': 'null', 'sec-fetch-site': 'same-origin' };
    const sent = Object.fromEntries(Object.entries({ ...own, ...headers }).filter(([, value]) => value !== ''));
    const answer = await this.request('POST', path, sent, body);
    return answer.status === 303 ? this.get(answer.headers.location) : answer;
  }

  /** The fields of the last form of the page that is open, as they are without a choice of the person. */
  public form(action: string): Record<string, string | string[]> {
    const html = this.last.body;
    const form = html.slice(html.indexOf(`action="${action}"`));
    const inputs = [...form.slice(0, form.indexOf('</form>')).matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)];
    const fields: Record<string, string | string[]> = {};
    for (const [, name, value] of inputs) {
      const plain = unescaped(value);
      fields[name] = fields[name] === undefined ? plain : [fields[name], plain].flat();
    }
    return fields;
  }

  /** Decides as a person does: the review, the form, the check, the record. */
  public async decide(chosen: Record<string, string | string[]>): Promise<Answer> {
    await this.get(PATH);
    const checked = await this.post(`${PATH}/check`, { ...this.form(`${PATH}/check`), reason: REASON, ...chosen });
    return checked.status === 200 ? this.post(`${PATH}/decide`, this.form(`${PATH}/decide`)) : checked;
  }

  private async request(method: string, path: string, headers: Record<string, string>, body?: string): Promise<Answer> {
    const [rawPath, rawQueryString = ''] = path.split('?');
    const cookies = [...this.cookies].map(([name, value]) => `${name}=${value}`);
    const event: typeof httpApiEvent._input = {
      rawPath, rawQueryString, headers, requestContext: { http: { method } }, ...(cookies.length === 0 ? {} : { cookies }), ...(body === undefined ? {} : { body }),
    };
    const { statusCode: status, ...answer } = await this.send(event);
    this.setCookies.push(...answer.cookies);
    for (const cookie of answer.cookies) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie)!;
      this.cookies[value === '' ? 'delete' : 'set'](name, value);
    }
    this.last = { status, ...answer };
    return this.last;
  }
}

export function unescaped(text: string): string {
  return text.replace(/&quot;/g, '"').replace(/&#39;/g, '\'').replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&');
}
