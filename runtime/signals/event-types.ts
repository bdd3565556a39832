import { SIGNALLED_EVENTS } from '../../src/contract/signals';
import { eventNameOf, LifecycleEvent } from '../../src/core/lifecycle-event';

const CAEP = 'https://schemas.openid.net/secevent/caep/event-type/';
const RISC = 'https://schemas.openid.net/secevent/risc/event-type/';
const SSF = 'https://schemas.openid.net/secevent/ssf/event-type/';

/** URIs of the events that are sent. */
export const SIGNALS = {
  accountDisabled: `${RISC}account-disabled`,
  accountEnabled: `${RISC}account-enabled`,
  accountPurged: `${RISC}account-purged`,
  sessionRevoked: `${CAEP}session-revoked`,
  credentialChange: `${CAEP}credential-change`,
} as const;
export const VERIFICATION = `${SSF}verification`;

type Signal = (typeof SIGNALS)[keyof typeof SIGNALS];

/** An event of a token, by its URI. */
export interface SignalEvent {
  readonly uri: Signal;
  readonly payload: { readonly [member: string]: unknown };
}

/** What is sent of an event, in words that say nothing of the reason: a reason is text of people, and may be confidential. */
const TOLD: Readonly<Record<(typeof SIGNALLED_EVENTS)[number], { readonly signals: readonly Signal[]; readonly reason: string }>> = {
  'suspended': { signals: [SIGNALS.accountDisabled, SIGNALS.sessionRevoked], reason: 'The agent was suspended' },
  'resumed': { signals: [SIGNALS.accountEnabled], reason: 'The suspension of the agent has ended' },
  // Every move and every leave ends with it. What `moved` says itself is too early: an agent may keep its former principal until its compute has moved.
  'principal-retired': { signals: [SIGNALS.sessionRevoked, SIGNALS.credentialChange], reason: 'A principal of the agent and all its credentials were torn down' },
  'left': { signals: [SIGNALS.accountPurged], reason: 'The agent has left for good' },
};

/** The type of credential that an agent has on AWS. CAEP allows types of its own besides its list, which is about people. */
const CREDENTIAL = { credential_type: 'aws-iam-role', change_type: 'revoke' };

/** What is sent of an event of an agent, in order. */
export function signalsOf(event: LifecycleEvent): SignalEvent[] {
  const name = SIGNALLED_EVENTS.find((told) => told === eventNameOf(event.type));
  const { signals = [], reason } = name === undefined ? {} : TOLD[name];
  const principal = (event.data.entity as { data?: { arn?: string } } | undefined)?.data?.arn;
  return signals.map((uri) => ({
    uri,
    payload: {
      ...(uri === SIGNALS.credentialChange ? CREDENTIAL : {}),
      event_timestamp: Math.floor(Date.parse(event.time) / 1000),
      reason_admin: { en: reason },
      ...(principal === undefined ? {} : { principal }),
    },
  }));
}
