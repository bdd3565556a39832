import { eventNameOf, LifecycleEvent } from '../../../src/core/lifecycle-event';

/** An account that an agent has or had. */
export interface KnownAccount {
  readonly uniqueId: string;
  readonly email: string;
  readonly stage: string;
}

/** What an event says, as far as it says it. After tampering, an event may lack any member. */
export interface EventFacts {
  readonly name?: string;
  readonly time: string;
  readonly stage?: string;
  readonly sponsorId?: string;
  readonly expires?: string;
  /** The stack that reported it, or, if a person did it, the last one that reported anything. */
  readonly actor?: string;
  readonly account?: { readonly uniqueId: string; readonly name: string };
}

export function factsOf(event: object): EventFacts {
  const { type, time, data } = event as Fields;
  const { unmapped, entity, actor } = fields(data);
  const { stage, sponsor, details } = fields(unmapped);
  const { uid, data: principal } = fields(entity);
  const name = text(fields(principal).arn);
  return {
    name: eventNameOf(String(type)),
    time: String(time),
    stage: text(stage),
    sponsorId: text(sponsor),
    expires: text(fields(details).expires),
    actor: text(fields(details).stack) ?? text(fields(actor).app_uid),
    account: text(uid) === undefined || name === undefined ? undefined : { uniqueId: String(uid), name },
  };
}

/** The events of a chain from the last `joined` on. All events if no event has that name. */
export function sinceJoined(events: readonly LifecycleEvent[]): readonly LifecycleEvent[] {
  return events.slice(Math.max(0, events.map((event) => factsOf(event).name).lastIndexOf('joined')));
}

/** The accounts that events name, in the order in which the agent had them. */
export function accountsIn(events: readonly LifecycleEvent[]): KnownAccount[] {
  const accounts = new Map<string, KnownAccount>();
  for (const { account, stage = '' } of events.map(factsOf)) {
    if (account !== undefined && !accounts.has(account.uniqueId)) {
      accounts.set(account.uniqueId, { uniqueId: account.uniqueId, email: account.name.slice(account.name.lastIndexOf('/') + 1), stage });
    }
  }
  return [...accounts.values()];
}

type Fields = Readonly<Record<string, unknown>>;

function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? value as Fields : {};
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
