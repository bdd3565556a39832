import { aws_certificatemanager as acm, aws_secretsmanager as secrets } from 'aws-cdk-lib';

/** A receiver, as the app declares it. */
export interface ReceiverFacts {
  readonly id: string;
  readonly audience: string;
  /** Absent if it polls. */
  readonly push?: { readonly endpoint: string; readonly authorization?: secrets.ISecret };
  readonly token?: secrets.ISecret;
}

/** What a `SharedSignals` says. */
export interface SignalFacts {
  readonly receivers: readonly ReceiverFacts[];
  readonly domain?: { readonly domainName: string; readonly certificate: acm.ICertificate };
  readonly requestsPerSecond: number;
  /** The how manieth key signs, from 1. */
  readonly keyGeneration: number;
}
