import { PublicJwk } from './signer';
import { MetricName } from '../../src/contract/metrics';
import { SignalStream } from '../../src/contract/signals';
import { SignalLedger } from '../ledger';

/** A shorter text of a secret is no token: it could be guessed, or be empty. */
export const SHORTEST_SECRET = 20;

/** What serves the receivers. It has no key: what it hands out was signed before. */
export interface Endpoint {
  readonly issuer: string;
  readonly streams: readonly SignalStream[];
  readonly signals: SignalLedger;
  /** The key that signs, and those that signed before. */
  readonly publicKeys: () => Promise<readonly PublicJwk[]>;
  /** Reads the text of a secret. */
  readonly secret: (arn: string) => Promise<string>;
  readonly now: () => Date;
  readonly count: (metric: MetricName) => void;
  readonly warn: (message: string, fields: Readonly<Record<string, unknown>>) => void;
}
