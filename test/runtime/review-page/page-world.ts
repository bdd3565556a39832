import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { SFNClient } from '@aws-sdk/client-sfn';
import type { Hono } from 'hono';
import { Browser, PATH, REASON } from './browser';
import { EngineConfig } from '../../../runtime/engine/engine';
import { executionName } from '../../../runtime/engine/start-transition';
import { ReviewPageLedger } from '../../../runtime/ledger';
import { LifecycleRequest } from '../../../runtime/model/request';
import { ReviewSettings } from '../../../runtime/model/review';
import { LinkClaims, Mac, signLink } from '../../../runtime/review-link';
import { registryDesk, respondTo, ProvenSignIn, reviewApp, ReviewPage, SignIn } from '../../../runtime/review-page';
import { PLACEMENT } from '../engine/decision/requests';
import { ADA, ReviewWorld } from '../engine/review-world';
import { named } from '../ledger/memory-table';

export { Browser, PATH, REASON };
export type { Answer } from './browser';

export const ORIGIN = 'https://reviews.example.com';
const KEY = 'a key that never leaves KMS';

export const mac: Mac = {
  generate: async (message) => createHmac('sha256', KEY).update(message).digest(),
  verify: async (message, given) => given.length === 32 && timingSafeEqual(createHmac('sha256', KEY).update(message).digest(), given),
};

interface Sent {
  readonly constructor: { readonly name: string };
  readonly input: { readonly input: string; readonly executionArn: string };
}

/** A provider at which everybody signs in as whom it says next. */
export class FakeSignIn implements SignIn {
  public next: ProvenSignIn | undefined;
  private begun = 0;

  public async begin(redirectUri: string): ReturnType<SignIn['begin']> {
    const state = `state-${++this.begun}`;
    return { state, nonce: 'n', verifier: 'v', url: `${redirectUri}?state=${state}` };
  }

  public async finish(): ReturnType<SignIn['finish']> {
    return this.next;
  }
}

interface PageWorldOptions extends Partial<Pick<ReviewPage, 'signIn' | 'operators' | 'origin'>> {
  readonly review?: Partial<ReviewSettings>;
}

/** The page on the engine of the tests, with reviews that the engine opened and shows. */
export class PageWorld extends ReviewWorld {
  public readonly counts: string[] = [];
  public readonly warnings: string[] = [];
  public readonly page: ReviewPage;
  public app: Hono;
  /** Called when an execution is asked for, before it runs. */
  public beforeRun: () => Promise<void>;
  private randoms = 0;
  private readonly outputs = new Map<string, object>();

  constructor({ signIn, operators, origin = ORIGIN, review }: PageWorldOptions = {}, config: Partial<EngineConfig> = {}) {
    super(review, {}, config);
    this.beforeRun = async () => undefined;
    const { engine, memory: { table } } = this.fake;
    const now = () => this.fake.now;
    this.page = {
      registry: 'agents',
      origin,
      ledger: new ReviewPageLedger(table),
      desk: registryDesk({ table, s3: engine.s3, bucket: 'evidence', stateMachine: this.stateMachine(), stateMachineArn: 'arn:aws:states:eu-west-1:111122223333:stateMachine:agents', now }),
      mac,
      ...(signIn === undefined ? {} : { signIn }),
      ...(operators === undefined ? {} : { operators }),
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
      purpose: 'review', registry: 'agents', ...PLACEMENT, reviewId: review?.open?.id ?? 'none', person: ADA, expiresAtEpochSeconds: Math.floor(this.fake.now.getTime() / 1000) + 8 * 86_400, nonce: 'n'.repeat(22), ...changes,
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

  /** A browser in which a person has signed in at a `FakeSignIn`. */
  public async signedIn(email: string, claims: ProvenSignIn['claims'] = {}): Promise<Browser> {
    const browser = this.browser();
    (this.page.signIn as FakeSignIn).next = { identity: { email, issuer: 'https://id.example.com', subject: `subject of ${email}` }, claims };
    const { headers: { location } } = await browser.get('/sign-in');
    await browser.get(`/signed-in${new URL(location).search}`);
    return browser;
  }

  private stateMachine(): SFNClient {
    const send = async ({ constructor: { name }, input }: Sent): Promise<object> => {
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
