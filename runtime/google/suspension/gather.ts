import { reachOf } from './attachments';
import { Declared, declaredIn } from './declared';
import { Denial, denialsOf } from './deny-policies';
import { AccountSuspension, isDeparted, SuspendedAccount, suspensionIn } from './state';
import { accountEmail, accountId, eventsFolder, FORMS, recordsFolder } from '../../../src/contract/google';
import { InvalidInputError, RefusedError } from '../../../src/core/errors';
import { hashEvent } from '../../../src/core/hash-chain';
import { LifecycleEvent, Placement } from '../../../src/core/lifecycle-event';
import { AccountAtAddress, accountAt } from '../account';
import { GoogleApi } from '../api';
import { inParallel } from '../in-parallel';
import { allIn, lastIn } from '../objects';
import { accountsIn, factsOf, sinceJoined } from '../proof/life';

/** Where an agent's chain is, and who asks. */
export interface SuspensionContext {
  /** Calls with the caller's own credentials. */
  readonly api: GoogleApi;
  readonly bucket: string;
  readonly placement: Placement;
  /** Who asks, as Google names the caller. */
  readonly by: string;
  readonly reason: string;
  /** Receives a line of progress. */
  readonly tell: (line: string) => void;
}

/** What a suspension or a resumption finds before it changes anything. */
export interface Situation {
  readonly last: LifecycleEvent;
  readonly isLeft: boolean;
  readonly suspension?: AccountSuspension;
  /** The agent's accounts that exist. More than one during a move. */
  readonly present: readonly (SuspendedAccount & { readonly disabled: boolean })[];
  readonly declared: Declared;
}

const AT_ONCE = 8;

/** @throws InvalidInputError `AgentUnknown`, RefusedError `ChainBroken` */
export async function gather({ api, bucket, placement }: Chained): Promise<Situation> {
  const { account: project, agentName } = placement;
  const [chain, declaration] = await Promise.all([
    allIn<LifecycleEvent>(api, { bucket, folder: eventsFolder(project, agentName) }),
    lastIn<object>(api, { bucket, folder: recordsFolder(project, agentName) }),
  ]);
  const last = chain.at(-1)?.object;
  if (last === undefined) {
    throw new InvalidInputError('AgentUnknown', `the registry ${bucket} has no agent ${agentName} in project ${project}: see nhi list`);
  }
  if (hashEvent(last) !== last.hash) {
    throw new RefusedError('ChainBroken', `the last event of ${agentName} in ${bucket} does not match its hash: nothing is added to it; find out who wrote it with nhi verify ${agentName}. In an emergency, disable its account by hand`);
  }
  const emails = emailsOf(placement, sinceJoined(chain.map(({ object }) => object)), declaration);
  const found = await inParallel(emails, AT_ONCE, (email) => accountAt(api, { project, email }));
  const suspension = suspensionIn(last);
  return {
    last,
    isLeft: factsOf(last).name === 'left' || isDeparted(last),
    ...suspension === undefined ? {} : { suspension },
    present: found.flatMap((one, at) => (isAccount(one) ? [{ email: emails[at], uniqueId: one.uniqueId, disabled: one.disabled === true }] : [])),
    declared: declaredIn(declaration),
  };
}

type Chained = Pick<SuspensionContext, 'api' | 'bucket' | 'placement'>;

/** The last event of the agent's chain. */
export function lastEvent({ api, bucket, placement: { account, agentName } }: Chained): Promise<LifecycleEvent | undefined> {
  return lastIn<LifecycleEvent>(api, { bucket, folder: eventsFolder(account, agentName) });
}

/** Whether nothing was recorded of the agent since an event. */
export async function isStillLast(chained: Chained, event: LifecycleEvent | undefined): Promise<boolean> {
  return (await lastEvent(chained))?.hash === event?.hash;
}

/** Everything that must be denied, with what a suspension has recorded before. */
export async function wantedDenials(
  { api, placement }: Pick<SuspensionContext, 'api' | 'placement'>, { last, suspension, present, declared }: Situation,
): Promise<Pick<AccountSuspension, 'accounts' | 'principals' | 'attachments' | 'generations' | 'beyondReach'> & { readonly denials: readonly Denial[] }> {
  const { attachments, beyondReach } = await reachOf(api, placement.account, declared);
  const there = present.map(({ email, uniqueId }) => ({ email, uniqueId }));
  const accounts = [...new Map([...suspension?.accounts ?? [], ...there].map((account) => [account.uniqueId, account])).values()];
  const all = [...new Set([...suspension?.attachments ?? [], ...attachments])].sort();
  // A resumption that has begun may still delete the policies from before.
  const isFenced = suspension !== undefined && suspension.resumption === undefined;
  const generation = isFenced ? suspension.generations.at(-1)! : Number(last.sequence) + 1;
  const generations = [...new Set([...suspension?.generations ?? [], generation])];
  const principals = [...new Set([...suspension?.principals ?? [], ...declared.principals])];
  const denials = denialsOf(placement, { accounts: there, principals, attachments: all, generations: [generation] });
  return { accounts, ...principals.length === 0 ? {} : { principals }, attachments: all, generations, beyondReach, denials };
}

/** The agent's addresses: those in its chain, and that of the declared stage, whose account a move may have created before it was recorded. */
function emailsOf({ account: project, agentName }: Placement, events: readonly LifecycleEvent[], declaration: object | undefined): string[] {
  const { stage } = (declaration ?? {}) as { stage?: unknown };
  const declared = typeof stage === 'string' && FORMS.stage.test(stage) ? [accountEmail(accountId(agentName, stage), project)] : [];
  return [...new Set([...accountsIn(events).map(({ email }) => email), ...declared])].filter((email) => FORMS.accountEmail.test(email));
}

function isAccount(found: AccountAtAddress | undefined): found is AccountAtAddress & { readonly uniqueId: string } {
  return found?.uniqueId !== undefined && FORMS.uniqueId.test(found.uniqueId);
}
