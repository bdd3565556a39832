import { z } from 'zod';
import { Send } from './outbound';
import { SecretValues } from './secrets';
import { Presence, RevokerOrder } from '../../src/contract/revokers';

/** What a kind may use. */
export interface KindContext {
  readonly send: Send;
  /** The values of a secret that may be sent to the URL's host for this agent. */
  readonly secret: (secretArn: string, url: URL) => Promise<SecretValues>;
  /** Invokes a function of the user, and returns what it returned. */
  readonly invoke: (functionArn: string, payload: object) => Promise<unknown>;
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

/** A kind of revoker: the form of its settings, and how it acts. */
export interface RevokerHandler {
  access(settings: unknown, context: KindContext): ThirdPartyAccess;
}

/** Makes a handler that checks its settings before it uses them. */
export function handler<S>(schema: z.ZodType<S>, access: (settings: S, context: KindContext) => ThirdPartyAccess): RevokerHandler {
  return { access: (settings, context) => access(schema.parse(settings), context) };
}
