import { activationUntil, again } from './under-way';
import { METRICS } from '../../../src/contract/metrics';
import { RevokerReport } from '../../../src/contract/revokers';
import { askRevoker } from '../../aws/revokers';
import { humanTaskOf } from '../../model/human-revocation';
import { PlacementState } from '../../model/placement-state';
import { afterAttempt, isSeen, openRevocations, RevocationRecord } from '../../model/revocation';
import { confirmedEvent, openEvent } from '../../model/revocation-events';
import { maySameAccount } from '../../model/same-account';
import { answerTo, isOrdered, withAnswer } from '../answered-orders';
import { Engine } from '../engine';
import { advance, ExecutionProgress, StepInput } from '../execution';
import { eventContext, loadPlannedRequest, stateOf } from '../loaded-request';

/** Seconds between the attempts of a leave, during which CloudFormation waits. */
const WAITS = [3, 15, 45];
const DEFAULT_RETRY_SECONDS = 3_600;
const LONGEST_RETRY_SECONDS = 86_400;
/** People need days where a server needs hours. */
const PEOPLE = { slower: 24, longestSeconds: 7 * 86_400 };

/**
 * Asks third parties to revoke what is open, all side by side. A leave asks again a few times, because most of what fails is over soon. What is still open then is recorded and announced, and the
 * agenda tries it again: the roles of the agent are torn down by now, and a stack must not wait for a server of others.
 */
export async function revoke(engine: Engine, input: StepInput): Promise<ExecutionProgress> {
  const progress = input.progress!;
  const { tries = 0 } = progress;
  const until = await activationUntil(engine, input.placement);
  const loaded = await loadPlannedRequest(engine, input);
  const state = stateOf(loaded);
  if (until !== undefined) {
    // It would undo what is confirmed here. Until it can act no more, the access is at least off.
    await deactivate(engine, state);
    return again(engine, progress, until);
  }
  const isLeave = loaded.plan.scope === 'agent';
  const isAsked = (record: RevocationRecord): boolean => {
    if (isLeave && humanTaskOf(record.revoker) === undefined) {
      return tries === 0 || record.waits !== true;
    }
    // People are asked once, also if this step or the leave is repeated.
    return (isLeave && record.attempts === 0) || isDue(record, engine.now());
  };
  const now = await Promise.all((state.revocations ?? []).map((record) => (
    record.confirmed === undefined ? pursue(engine, state, record, isAsked(record)) : record)));
  // A worker that runs answers within seconds, and the certificate then says what it saw.
  const isLate = (record: RevocationRecord): boolean => record.waits === true && !isOrdered(record);
  const isOver = !isLeave || tries >= WAITS.length || openRevocations({ revocations: now }).every(isLate);
  // People are asked by the event, so they don't wait for the attempts at others.
  const revocations = now.map((record) => (isOver || humanTaskOf(record.revoker) !== undefined ? withTold(record) : record));
  const events = revocations.flatMap((record, index) => {
    const before = state.revocations![index];
    if (record.confirmed !== undefined) {
      return before.confirmed === undefined ? [confirmedEvent(state, record)] : [];
    }
    const isReminder = before.told === true && record.attempts > before.attempts && humanTaskOf(record.revoker) !== undefined;
    return record.told !== before.told || isReminder ? [openEvent(state, record, isReminder)] : [];
  });
  await engine.ledger.commit(loaded.request.placement, state, { revocations }, events, eventContext(engine, loaded.request));
  return isOver ? advance(progress, { tries: undefined, waitSeconds: 0 }) : { ...progress, tries: tries + 1, waitSeconds: WAITS[tries] };
}

/** Deactivates what is open, as far as that is possible, but nothing that the agent uses again. What comes of it is seen by the revocation. */
async function deactivate(engine: Engine, state: PlacementState): Promise<void> {
  const open = openRevocations(state).filter((record) => record.revoker.onSuspend === true && !isUsedAgain(state, record));
  await Promise.all(open.map(({ revoker }) => askRevoker(engine, state.placement, revoker, 'suspend')));
}

function isDue({ tryAt }: RevocationRecord, now: Date): boolean {
  return tryAt === undefined || Date.parse(tryAt) <= now.getTime();
}

/** That it is open is announced once. */
function withTold(record: RevocationRecord): RevocationRecord {
  return record.confirmed === undefined && record.told !== true ? { ...record, told: true } : record;
}

/** Looks for an answer first: what was answered is not asked again. */
async function pursue(engine: Engine, state: PlacementState, record: RevocationRecord, isAsked: boolean): Promise<RevocationRecord> {
  const answer = await answerTo(engine, state.placement, record);
  const heard = answer === undefined ? record : withAnswer(record, answer);
  if (heard.confirmed !== undefined || !isAsked) {
    return heard;
  }
  if (isUsedAgain(state, record)) {
    return notAsked(engine, heard);
  }
  const asked = await attempt(engine, state, heard);
  return answer === undefined || asked.confirmed !== undefined ? asked : { ...asked, note: heard.note };
}

/** Whether the agent has joined again and declares the account as its own. No join and no change lets it come to that; what an earlier version let through, or a roll-back restored, is left to a person. */
function isUsedAgain({ placement: { agentName }, status, declared, pending }: PlacementState, { revoker }: RevocationRecord): boolean {
  const used = [...declared.revokers ?? [], ...pending?.previous.revokers ?? []];
  return status === 'active' && used.some((one) => maySameAccount(one, revoker, agentName));
}

function notAsked(engine: Engine, record: RevocationRecord): RevocationRecord {
  engine.count(METRICS.revocationOpen);
  const tryAt = new Date(engine.now().getTime() + 1000 * backOff(engine, record)).toISOString();
  return { ...record, tryAt, note: 'not asked, because the agent has joined again and declares the same account' };
}

async function attempt(engine: Engine, { placement }: PlacementState, record: RevocationRecord): Promise<RevocationRecord> {
  const report = await askRevoker(engine, placement, record.revoker, 'revoke', { seenBefore: isSeen(record), since: record.since });
  // Who was asked a moment ago is not late.
  if (report.outcome !== 'confirmed' && !(report.outcome === 'awaiting' && record.attempts === 0)) {
    engine.count(METRICS.revocationOpen);
    engine.log.warn('a revocation is open', { agent: placement.agentName, revoker: record.revoker.id, note: report.note });
  }
  return afterReport(engine, record, report);
}

function afterReport(engine: Engine, record: RevocationRecord, report: RevokerReport): RevocationRecord {
  const { outcome, retryAfterSeconds = 0 } = report;
  const now = engine.now();
  const tried = afterAttempt(record, report, now);
  return outcome === 'confirmed' ? tried : {
    ...tried,
    tryAt: new Date(now.getTime() + 1000 * Math.max(retryAfterSeconds, backOff(engine, tried))).toISOString(),
    ...(outcome === 'awaiting' || retryAfterSeconds > 0 ? { waits: true } : {}),
  };
}

/** The attempts of the leave itself count as one. People are asked once by it. */
function backOff({ config: { agenda } }: Engine, { revoker, attempts }: RevocationRecord): number {
  const { revocationRetrySeconds: first = DEFAULT_RETRY_SECONDS } = agenda;
  const doubled = (times: number): number => first * 2 ** Math.min(20, Math.max(0, times));
  return humanTaskOf(revoker) === undefined ? Math.min(LONGEST_RETRY_SECONDS, doubled(attempts - WAITS.length - 1))
    : Math.min(PEOPLE.longestSeconds, PEOPLE.slower * doubled(attempts - 1));
}
