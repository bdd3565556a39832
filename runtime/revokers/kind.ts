import * as z from 'zod';
import { AppTokenUse } from './app-token';
import { Send } from './outbound';
import { SecretValues } from './secrets';
import { OrderClaims } from '../../src/contract/orders';
import { Presence, RevokerOrder } from '../../src/contract/revokers';

/** What a kind may use. */
export interface KindContext {
  readonly send: Send;
  /** The values of a secret that may be sent to the URL's host for this agent. */
  readonly secret: (secretArn: string, url: URL) => Promise<SecretValues>;
  /** A token of a GitHub App, signed by a key that is meant for this agent, the installation and the URL's host. */
  readonly appToken: (use: Pick<AppTokenUse, 'keyArn' | 'clientId' | 'installationId' | 'url'>) => Promise<string>;
  /** Invokes a function of the user, and returns what it returned. */
  readonly invoke: (functionArn: string, payload: object) => Promise<unknown>;
  /** Sends a signed order to a worker on premises. */
  readonly post: (worker: string, claims: OrderClaims) => Promise<void>;
  readonly now: () => Date;
  /** Values of the variables of a URL template. */
  readonly values: Readonly<Record<string, string>>;
  readonly order: RevokerOrder;
}

/** An agent's access at a third party. Every part throws `NotDone` if it has no clear result, and may be repeated at any time. */
export interface ThirdPartyAccess {
  /** What a look must find after a revocation. @default - `absent` */
  readonly goal?: readonly Presence[];
  /** @param seen the access was found before, so that its absence is clear where an answer alone could mean something else */
  look(seen: boolean): Promise<Presence>;
  /** Removes the access. A look afterwards decides whether it no longer exists. */
  revoke(): Promise<unknown>;
  /** Deactivates the access, so that `resume` can activate it again. Absent if the kind can't. */
  suspend?(): Promise<unknown>;
  resume?(): Promise<unknown>;
}

/** Access that only somebody else reaches, who confirms later. */
export interface EntrustedAccess {
  /** Asks, and returns who was asked, in one line. It may be repeated at any time. */
  entrust(): Promise<string>;
}

/** A kind of revoker: the form of its settings, and how it acts. */
export interface RevokerHandler {
  access(settings: unknown, context: KindContext): ThirdPartyAccess | EntrustedAccess;
}

/** Makes a handler that checks its settings before it uses them. */
export function handler<S>(schema: z.ZodType<S>, access: (settings: S, context: KindContext) => ThirdPartyAccess): RevokerHandler {
  return { access: (settings, context) => access(schema.parse(settings), context) };
}

/** The same for a kind that asks somebody else. */
export function entrusting<S>(schema: z.ZodType<S>, entrust: (settings: S, context: KindContext) => Promise<string>): RevokerHandler {
  return { access: (settings, context) => ({ entrust: () => entrust(schema.parse(settings), context) }) };
}
