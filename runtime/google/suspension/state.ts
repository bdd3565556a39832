import { InSuspension, isInstant } from './forms';
import { FORMS } from '../../../src/contract/google';
import { JsonValue } from '../../../src/core/canonical-json';

/** An account that a suspension disables. */
export interface SuspendedAccount {
  readonly email: string;
  readonly uniqueId: string;
}

/** A resumption that has begun. */
export interface Resumption {
  /** Number of the event that says it, which identifies it. */
  readonly number: number;
  readonly since: string;
  readonly by: string;
}

/** A suspension as the last event of an agent's chain has it. Accounts and attachment points are recorded before anything is denied. */
export interface AccountSuspension {
  readonly since: string;
  /** Who asked, as Google names the caller. */
  readonly by: string;
  readonly reason: string;
  readonly accounts: readonly SuspendedAccount[];
  /** Projects, folders or the organization in which the accounts are denied, such as `projects/acme-test`. */
  readonly attachments: readonly string[];
  /** Identities of engines that are denied beside the accounts. They can't be disabled. */
  readonly principals?: readonly string[];
  /** When a second look saw every account disabled and denied. Absent until then. */
  readonly confirmedAt?: string;
  /** When Google first showed the accounts as disabled. Tokens from before end some time after it. */
  readonly disabledAt?: string;
  /** When the last token from before the suspension ends. */
  readonly tokensEndAt?: string;
  /**
   * Numbers of the events after which deny policies were created; the ids of the policies are made from them, so that a resumption that began before an
   * event deletes no policy from after it. 0 in suspensions of older versions.
   */
  readonly generations: readonly number[];
  /** The resumption that has begun and not ended. While it is in the last event, nothing overtook it. */
  readonly resumption?: Resumption;
  /** Number of permissions that each account is denied. */
  readonly permissions?: number;
  /** What could not be denied, each with the reason. */
  readonly beyondReach?: readonly string[];
}

const ATTACHMENT = /^(?:projects\/(?:[a-z0-9.-]+:)?[a-z0-9][a-z0-9-]*|(?:folders|organizations)\/\d+)$/;

/** Whether a text names something that a deny policy can be attached to. */
export function isAttachment(text: unknown): text is string {
  return typeof text === 'string' && ATTACHMENT.test(text);
}

/**
 * The suspension that an event leaves the agent in, if it does. A principal that may write to the bucket may have written anything, so each name is
 * checked before a call is made with it. An unreadable suspension counts as one of which nothing is known: it must not be lifted by what can't be read.
 */
export function suspensionIn(event: object | undefined): AccountSuspension | undefined {
  const said = (event as InSuspension | undefined)?.data?.unmapped?.details?.suspension;
  if (said === undefined || said === null) {
    return undefined;
  }
  const given: Record<string, unknown> = typeof said === 'object' ? said as Record<string, unknown> : {};
  const text = (key: string) => (typeof given[key] === 'string' ? given[key] : 'unreadable');
  const instants = Object.fromEntries(['confirmedAt', 'disabledAt', 'tokensEndAt'].flatMap((key) => (isInstant(given[key]) ? [[key, given[key]]] : [])));
  const { permissions } = given;
  return {
    since: text('since'),
    by: text('by'),
    reason: text('reason'),
    accounts: listed(given.accounts).filter(isAccount).map(({ email, uniqueId }) => ({ email, uniqueId })),
    attachments: listed(given.attachments).filter(isAttachment),
    ...listed(given.principals).some(isPrincipal) ? { principals: listed(given.principals).filter(isPrincipal) } : {},
    ...instants,
    generations: generationsIn(given.generations),
    ...resumptionIn(given.resumption),
    ...Number.isInteger(permissions) ? { permissions: permissions as number } : {},
    beyondReach: listed(given.beyondReach).filter((one): one is string => typeof one === 'string'),
  };
}

/** The suspension without its times, after an account may have worked again: they are taken again when a second look has seen all of it. */
export function openedAgain<T extends Partial<AccountSuspension>>({ confirmedAt: _confirmed, disabledAt: _disabled, tokensEndAt: _end, ...rest }: T): Omit<T, 'confirmedAt' | 'disabledAt' | 'tokensEndAt'> {
  return rest;
}

/** The suspension as events have it. */
export function asJson(suspension: AccountSuspension): JsonValue {
  return JSON.parse(JSON.stringify(suspension)) as JsonValue;
}

/** Whether an event says that the agent had left before. Only a resumption of an agent that left while it was suspended does. */
export function isDeparted(event: object | undefined): boolean {
  return (event as InSuspension | undefined)?.data?.unmapped?.details?.departed === true;
}

/** The status of an agent that has a suspension and has not left. */
export function statusOfSuspension({ confirmedAt, resumption }: AccountSuspension): 'suspending' | 'suspended' | 'suspended-partly' {
  if (resumption !== undefined) {
    return 'suspended-partly';
  }
  return confirmedAt === undefined ? 'suspending' : 'suspended';
}

/** Whether a value is the identity of an engine. */
export function isPrincipal(value: unknown): value is string {
  return typeof value === 'string' && FORMS.agentIdentity.test(value);
}

function listed(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function generationsIn(value: unknown): number[] {
  const numbers = listed(value).filter((one): one is number => Number.isSafeInteger(one) && Number(one) >= 0);
  return numbers.length === 0 ? [0] : numbers;
}

function resumptionIn(value: unknown): { readonly resumption?: Resumption } {
  const { number, since, by } = (value ?? {}) as { readonly [Key in keyof Resumption]?: unknown };
  return typeof number === 'number' && typeof since === 'string' && typeof by === 'string' ? { resumption: { number, since, by } } : {};
}

function isAccount(value: unknown): value is SuspendedAccount {
  const { email, uniqueId } = (value ?? {}) as Partial<SuspendedAccount>;
  return typeof email === 'string' && FORMS.accountEmail.test(email) && typeof uniqueId === 'string' && FORMS.uniqueId.test(uniqueId);
}
