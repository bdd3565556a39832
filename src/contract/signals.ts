import type { LifecycleEventName } from '../core/event-table';

/** How the registry tells one receiver what happens to its agents. https://openid.net/specs/openid-sharedsignals-framework-1_0.html#name-stream-configuration */
export interface SignalStream {
  /** Its id, which the app chose. */
  readonly id: string;
  readonly audience: string;
  /** Absent if the receiver polls. */
  readonly push?: {
    readonly endpoint: string;
    /** ARN of the secret whose text is the value of the header `authorization`. */
    readonly authorizationArn?: string;
  };
  /** ARN of the secret whose text is the token by which the receiver polls and manages its stream. Absent: it can't. */
  readonly tokenArn?: string;
}

/** What the functions that sign, send and serve signals need to know. */
export interface SignalSettings {
  /** Scheme and host of the endpoint, without a slash at the end. It is the `iss` of every token. */
  readonly issuer: string;
  /** ARN of the KMS key that signs. */
  readonly keyArn: string;
  /** ARNs of keys that signed before, whose public halves are still published. */
  readonly formerKeyArns?: readonly string[];
  readonly streams: readonly SignalStream[];
}

/** The events of agents that are sent to receivers. */
export const SIGNALLED_EVENTS = ['suspended', 'resumed', 'principal-retired', 'left'] as const satisfies readonly LifecycleEventName[];

/** Makes the function send what waits. */
export const DELIVER_SIGNALS = { task: 'deliver-signals' } as const;
