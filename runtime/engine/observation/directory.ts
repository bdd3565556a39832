import { InvokeCommand } from '@aws-sdk/client-lambda';
import * as z from 'zod';
import { METRICS } from '../../../src/contract/metrics';
import { DIRECTORY_STATUSES, DirectoryAnswer, DirectoryQuestion, NO_ANSWER } from '../../../src/contract/sponsor-directory';
import { DatedAnswer, DirectoryLedger } from '../../ledger';
import { DirectoryAnswers } from '../../model/directory';
import { PlacementState } from '../../model/placement-state';
import { Change, Join, LifecycleRequest } from '../../model/request';
import { mailboxOf, peopleOf, sponsorOf } from '../../model/sponsor-of';
import { StackView } from '../../model/stack-view';
import { needsDirectory } from '../decision/sponsors';
import { Engine } from '../engine';

const MINUTE_MS = 60_000;
/** The longest time that an answer is good for. Agents of one sponsor are due in the same sweep, which may take long. */
const FRESH_MS = 60 * MINUTE_MS;
/** A deployment of many agents asks once. Only a good answer is used again, because a bad one may have been corrected since. */
const FRESH_FOR_JOINS_MS = 5 * MINUTE_MS;
/** The longest time that nobody is asked about after a failure: a directory that is down would cost every agent the whole timeout. */
const DOWN_MS = 2 * MINUTE_MS;

const answers = z.array(z.object({ email: z.string(), status: z.enum([...DIRECTORY_STATUSES, NO_ANSWER]), evidence: z.string() }));

/** What the directory says of the declared people. Undefined if the registry has no directory; empty if this request doesn't depend on it. */
export async function observeDeclaredPeople(
  engine: Engine, state: PlacementState | undefined, request: LifecycleRequest<Join | Change>, stack: StackView,
): Promise<DirectoryAnswers | undefined> {
  if (engine.config.sponsorFunction === undefined) {
    return undefined;
  }
  const mayUse = ({ status, at }: DatedAnswer): boolean => status === 'active' && isWithin(engine, at, FRESH_FOR_JOINS_MS);
  return needsDirectory(state, request, stack) ? ask(engine, peopleOf(request.intent.declared.sponsor), mayUse, false) : new Map();
}

/** What the directory says of those who are accountable now. An answer from before a lapse was found doesn't confirm it. */
export function observeSponsors(engine: Engine, state: PlacementState): Promise<DirectoryAnswers> {
  const { lapse } = state.agenda?.sponsor ?? {};
  const since = lapse === undefined ? 0 : Date.parse(lapse.since);
  const mayUse = ({ at }: DatedAnswer): boolean => Date.parse(at) > since && isWithin(engine, at, Math.min(FRESH_MS, halfInterval(engine)));
  return ask(engine, peopleOf(sponsorOf(state)), mayUse, true);
}

/** Each check asks again, however short the interval is. */
function halfInterval({ config: { agenda: { sponsorCheckSeconds = 0 } } }: Engine): number {
  return sponsorCheckSeconds * 500;
}

function isWithin({ now }: Engine, at: string, durationMs: number): boolean {
  return now().getTime() - Date.parse(at) < durationMs;
}

/** @param spares whether a directory that has just failed is not asked again */
async function ask(engine: Engine, people: readonly string[], mayUse: (answer: DatedAnswer) => boolean, spares: boolean): Promise<DirectoryAnswers> {
  const ledger = new DirectoryLedger(engine.table);
  const emails = [...new Set(people)];
  const { known, failure } = await ledger.answers(emails);
  const open = emails.filter((email) => !known.has(email) || !mayUse(known.get(email)!));
  const found = new Map<string, DirectoryAnswer>([...known].filter(([email]) => !open.includes(email)));
  if (open.length === 0) {
    return found;
  }
  if (spares && failure !== undefined && isWithin(engine, failure.at, Math.min(DOWN_MS, halfInterval(engine)))) {
    open.forEach((email) => found.set(email, { ...failure, email }));
    return found;
  }
  const at = engine.now().toISOString();
  for (const answer of await invoke(engine, open)) {
    found.set(answer.email, answer);
    if (answer.status !== NO_ANSWER) {
      await ledger.save({ ...answer, at }, engine.now());
    }
  }
  const silent = open.map((email) => found.get(email)).filter((answer) => answer?.status === NO_ANSWER);
  if (silent.length > 0) {
    engine.count(METRICS.sponsorDirectoryFailed);
    engine.log.warn('the directory of people did not answer', { reason: silent[0]!.evidence });
  }
  // One person whose entry can't be read is no reason to ask about nobody.
  if (silent.length === open.length) {
    await ledger.saveFailure(silent[0]!.evidence, engine.now());
  }
  return found;
}

/** Asks the registry's function. A failure of it is no answer. */
async function invoke({ lambda, config: { sponsorFunction }, log }: Engine, emails: readonly string[]): Promise<DirectoryAnswer[]> {
  const none = (evidence: string): DirectoryAnswer[] => emails.map((email) => ({ email, status: NO_ANSWER, evidence }));
  try {
    const { FunctionError: failure, Payload: payload } = await lambda.send(new InvokeCommand({
      FunctionName: sponsorFunction, Payload: JSON.stringify({ emails } satisfies DirectoryQuestion),
    }));
    if (failure !== undefined || payload === undefined) {
      return none('the function that asks the directory failed');
    }
    const said = answers.parse(JSON.parse(Buffer.from(payload).toString('utf8')));
    return emails.map((email) => said.find((one) => mailboxOf(one.email) === email) ?? none('the directory was not asked')[0]).map((one, index) => ({ ...one, email: emails[index] }));
  } catch (error) {
    log.warn('the function that asks the directory could not be invoked', { reason: String(error) });
    return none('the function that asks the directory could not be invoked');
  }
}
