import { Signer } from './signer';
import { MetricName } from '../../src/contract/metrics';
import { SignalStream } from '../../src/contract/signals';
import { PlacementLedger, SignalLedger } from '../ledger';

/** A request to a receiver. */
interface Push {
  readonly method: 'POST';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What signs the events of agents and sends them to receivers. */
export interface Transmitter {
  readonly issuer: string;
  readonly streams: readonly SignalStream[];
  readonly placements: Pick<PlacementLedger, 'eventsBetween'>;
  readonly signals: SignalLedger;
  readonly signer: Signer;
  /** Sends a request over TLS to a public address. Throws if there is no answer, or one that asks to come later. */
  readonly send: (request: Push) => Promise<{ readonly status: number; readonly json: unknown }>;
  /** Reads the text of a secret. */
  readonly secret: (arn: string) => Promise<string>;
  readonly now: () => Date;
  readonly unique: () => string;
  readonly count: (metric: MetricName) => void;
  readonly warn: (message: string, fields: Readonly<Record<string, unknown>>) => void;
}
