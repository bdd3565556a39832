import { outbound, OutboundOptions, perform, SigningKeys } from '../../../runtime/revokers';
import { OrderClaims } from '../../../src/contract/orders';
import { AskedKind, RevokerOrder, RevokerReport, RevokerSettings } from '../../../src/contract/revokers';

export const NOW = new Date('2027-01-31T06:00:00Z');
export const SECRET = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:idp-AbCdEf';

async function unexpected(): Promise<never> {
  throw new Error('no key of this test signs');
}

/** Gives orders as the engine does, with secrets in memory and requests to servers on this machine. */
export class ThirdParty {
  public secret: Record<string, unknown> | string = {};
  /** Keys that sign. */
  public keys: SigningKeys = { describe: unexpected, sign: unexpected };
  public invoked: object[] = [];
  public posted: { readonly worker: string; readonly claims: OrderClaims }[] = [];
  /** Why an order can't be sent. */
  public postFails?: Error;
  public functionAnswers: (payload: object) => unknown;

  public constructor(private readonly kind: AskedKind, public settings: RevokerSettings, private readonly options: Partial<OutboundOptions> = {}) {
    this.functionAnswers = () => ({ state: 'absent' });
  }

  public order(action: RevokerOrder['action'], changes: Partial<RevokerOrder> = {}): Promise<RevokerReport> {
    const order: RevokerOrder = { action, registry: 'agents', account: '111122223333', agentName: 'invoice-bot', revoker: 'idp', kind: this.kind, settings: this.settings, ...changes };
    return perform({
      send: outbound({ privateHosts: ['127.0.0.1'], now: () => NOW, allowsPlain: true, timeoutMs: 5_000, ...this.options }),
      readSecret: async () => (typeof this.secret === 'string' ? this.secret : JSON.stringify(this.secret)),
      keys: this.keys,
      invoke: async (functionArn, payload) => {
        this.invoked.push({ functionArn, ...payload });
        return this.functionAnswers(payload);
      },
      post: async (worker, claims) => {
        if (this.postFails !== undefined) {
          throw this.postFails;
        }
        this.posted.push({ worker, claims });
      },
      now: () => NOW,
    }, order);
  }
}
