import { generateKeyPairSync, sign } from 'node:crypto';
import { Receiver, Refused } from './receiver';
import { PlacementLedger, SignalLedger } from '../../../runtime/ledger';
import { collect, deliver, Endpoint, PublicJwk, Transmitter } from '../../../runtime/signals';
import { SignalStream } from '../../../src/contract/signals';
import { createEvent, EventInput, LifecycleEvent, LifecycleEventName, Placement, placementKey } from '../../../src/core/lifecycle-event';
import { MemoryTable } from '../ledger/memory-table';

export const ISSUER = 'https://signals.example.com';
export const PUSH: SignalStream = { id: 'crm', audience: 'https://crm.example.com', push: { endpoint: 'https://crm.example.com/events', authorizationArn: 'header' }, tokenArn: 'crm-token' };
export const POLL: SignalStream = { id: 'siem', audience: 'siem', tokenArn: 'siem-token' };
export const TOKENS: Readonly<Record<string, string>> = { 'header': 'Bearer of-the-receiver', 'crm-token': 'crm-token-of-20-characters', 'siem-token': 'siem-token-of-20-characters' };
export const BOT: Placement = { account: '111122223333', agentName: 'invoice-bot' };

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const { n, e } = publicKey.export({ format: 'jwk' });
export const JWK: PublicJwk = { kty: 'RSA', n: n!, e: e!, kid: 'key-1', use: 'sig', alg: 'RS256' };

interface Request { readonly url: string; readonly headers: Readonly<Record<string, string>>; readonly body: string }

/** A transmitter on a table in memory, with a receiver that is pushed to. */
export class World {
  public readonly memory = new MemoryTable(50);
  public readonly signals = new SignalLedger(this.memory.table);
  public readonly metrics: string[] = [];
  public readonly logs: string[] = [];
  public readonly requests: Request[] = [];
  public now = new Date('2027-02-01T06:00:00.000Z');
  /** What the receiver answers in the place of its own answer. */
  public answer?: (request: Request) => { readonly status: number; readonly json?: unknown } | Error | undefined;
  public readonly receiver = this.receiverOf(PUSH);
  public readonly transmitter: Transmitter;
  public readonly endpoint: Endpoint;
  private claims = 0;
  private sequences = new Map<string, number>();

  constructor(streams: readonly SignalStream[] = [PUSH, POLL]) {
    const common = {
      issuer: ISSUER,
      streams,
      signals: this.signals,
      secret: async (arn: string) => TOKENS[arn],
      now: () => this.now,
      count: (metric: string) => void this.metrics.push(metric),
      warn: (message: string, fields: object) => void this.logs.push(`${message} ${JSON.stringify(fields)}`),
    };
    this.endpoint = { ...common, publicKeys: async () => [JWK] };
    this.transmitter = {
      ...common,
      placements: new PlacementLedger(this.memory.table),
      signer: { kid: JWK.kid, sign: async (text) => sign('sha256', Buffer.from(text), privateKey) },
      send: async ({ url, headers, body }) => this.receive({ url: url.href, headers, body }),
      unique: () => `claim-${++this.claims}`,
    };
  }

  public receiverOf({ id, audience }: SignalStream): Receiver {
    return new Receiver({ issuer: ISSUER, audience, streamId: id }, async () => ({ keys: [{ ...JWK }] }));
  }

  public pass(seconds: number): void {
    this.now = new Date(this.now.getTime() + seconds * 1000);
  }

  /** Adds an event to the chain of an agent, as the engine does before it announces it. */
  public record(name: LifecycleEventName, placement = BOT, more: Partial<EventInput> = {}): LifecycleEvent {
    const sequence = (this.sequences.get(placement.agentName) ?? 0) + 1;
    this.sequences.set(placement.agentName, sequence);
    const event = createEvent({
      name,
      registry: 'agents',
      placement,
      stage: 'test',
      sequence,
      time: this.now,
      actor: 'arn:aws:iam::111122223333:user/ada',
      sponsorId: 'ada',
      details: { reason: 'Ada found a leak' },
      principal: { id: 'AROA1', arn: `arn:aws:iam::111122223333:role/agents/${placement.agentName}-test` },
      idempotencyKey: `${name}/${sequence}`,
      ...more,
    }, 'a'.repeat(64));
    const pk = `placement#${placement.account}#${placement.agentName}`;
    this.memory.items.set(`${pk}|event#${event.sequence}`, { pk, sk: `event#${event.sequence}`, event });
    return event;
  }

  /** Delivers an event as the queue does. */
  public async collect({ subject, sequence }: Pick<LifecycleEvent, 'subject' | 'sequence'>): Promise<void> {
    await collect(this.transmitter, { subject, sequence });
  }

  /** An event occurs, is signed and is sent. */
  public async happen(name: LifecycleEventName, placement = BOT): Promise<LifecycleEvent> {
    const event = this.record(name, placement);
    await this.collect(event);
    await this.deliver();
    return event;
  }

  public deliver(): Promise<void> {
    return deliver(this.transmitter);
  }

  /** What waits for a stream, by the last part of its event. */
  public async waiting({ id }: SignalStream): Promise<string[]> {
    const { signals } = await this.signals.waiting(id, 50);
    return signals.map(({ set }) => Object.keys((claimsOf(set) as { events: object }).events)[0].split('/').at(-1)!);
  }

  private async receive(request: Request): Promise<{ status: number; json: unknown }> {
    this.requests.push(request);
    const forced = this.answer?.(request);
    if (forced instanceof Error) {
      throw forced;
    }
    if (forced !== undefined) {
      return { json: undefined, ...forced };
    }
    try {
      await this.receiver.take(request.body);
      return { status: 202, json: undefined };
    } catch (error) {
      return { status: 400, json: error instanceof Refused ? { err: error.err, description: error.message } : {} };
    }
  }
}

export function claimsOf(set: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(set.split('.')[1], 'base64url').toString()) as Record<string, unknown>;
}

/** Signs anything, as only the holder of the key can. */
export function signed(claims: object, header: object = {}): string {
  const text = [{ alg: 'RS256', typ: 'secevent+jwt', kid: JWK.kid, ...header }, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  return `${text}.${sign('sha256', Buffer.from(text), privateKey).toString('base64url')}`;
}

export const subjectOf = placementKey;
