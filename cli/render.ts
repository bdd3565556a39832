import { fitTable } from './fit-table';
import { Evidence } from './registry';
import { printable, renderCertificate, renderEvidence } from '../runtime/evidence';
import { GoogleEvidence, renderAccountCertificate, ShownAgent } from '../runtime/google/registry';
import { certifiedEnd } from '../runtime/model/certified-end';
import { costOf, tagText } from '../runtime/model/cost-lookup';
import { identityTokensOf } from '../runtime/model/identity-tokens';
import { knownOld } from '../runtime/model/own-credentials';
import { driftOf, GrantRecord, PlacementState, statusAt, statusOf, Suspension } from '../runtime/model/placement-state';
import { RevokerRecord } from '../runtime/model/revocation';
import { sponsorCheckOf, sponsorOf } from '../runtime/model/sponsor-of';
import { isIntact, ManyOutcome, OrphanRole, ShownPlacement, VerifiedPlacement, Verdict } from '../runtime/operator';
import { callerIn } from '../src/contract/callers';
import { CUT_NAMES } from '../src/contract/cuts';
import { EVERY_STAGE } from '../src/contract/lifecycle-resource';
import { LifecycleEvent } from '../src/core/lifecycle-event';
import { escapeUnseen } from '../src/core/unseen';

const HASH_SHOWN = 12;

export function renderFleet(fleet: readonly ShownPlacement[], columns?: number): string {
  return fleet.length === 0 ? 'no agents' : fitTable(
    ['agent', 'status', 'stage', 'sponsor', 'ends', 'stack', 'trouble'],
    fleet.map(({ agentName, status, stage, sponsorId, expiresAt, certifiedUntil, stackName, trouble, driftSince, adopted }) => [
      agentName, status, stage, sponsorId, certifiedUntil ?? expiresAt, stackName, [trouble?.code, driftSince === undefined ? undefined : 'drift', adopted === true ? 'adopted' : undefined].filter((one) => one !== undefined).join(', '),
    ]),
    columns,
  ).join('\n');
}

export function renderOrphans(orphans: readonly OrphanRole[], columns?: number): string {
  return orphans.length === 0 ? 'no orphans' : fitTable(['role', 'id', 'created', 'found'], orphans.map(({ roleArn, roleId, createdAt, since }) => [roleArn, roleId, createdAt, since]), columns).join('\n');
}

/** Renders what became of each agent. Those that failed come last, at the end of the terminal's output. */
export function renderOutcomes(outcomes: readonly ManyOutcome[], columns?: number): string {
  const sorted = [...outcomes].sort((one, other) => Number(one.failure !== undefined) - Number(other.failure !== undefined));
  return outcomes.length === 0 ? 'no agents match' : fitTable(['agent', 'status', 'failure'], sorted.map(({ agentName, status = 'failed', failure = '' }) => [agentName, status, failure]), columns).join('\n');
}

export function renderPlacement(state: PlacementState | ShownAgent, now: Date): string {
  const { declared, placement } = state;
  const engines: Partial<PlacementState> = isOnAws(state) ? state : {};
  const { renewal, pending, offeredTo, expired, offboarding, agenda, due, approval } = engines;
  const sponsor = isOnAws(state) ? sponsorOf(state) : declared.sponsor;
  const shown = statusAt({ status: isOnAws(state) ? statusOf(state) : state.status, expiresAt: declared.expiresAt }, now);
  return [
    `agent       ${placement.agentName} in account ${placement.account}`,
    `status      ${shown}${pending === undefined ? '' : ', a move is not settled'}`,
    ...(state.trouble === undefined ? [] : [`trouble     since ${state.trouble.since}: ${state.trouble.code}: ${state.trouble.message}`]),
    ...(state.suspension === undefined ? [] : [
      `suspended   since ${state.suspension.since} by ${state.suspension.by}: ${state.suspension.reason}`,
      ...('accounts' in state.suspension ? accountSuspensionLines(state.suspension) : suspensionLines(state.suspension)),
    ]),
    `stage       ${declared.stage}`,
    `purpose     ${declared.purpose}`,
    `sponsor     ${sponsor.accountableName} (${sponsor.id}), backup ${sponsor.backupEmail}`,
    ...(isOnAws(state) ? sponsorLines(state) : []),
    `ends        ${isOnAws(state) ? endText(state) : declared.expiresAt}`,
    ...(!isOnAws(state) && shown === 'ended' ? [ENDED_ON_GOOGLE] : []),
    ...(renewal === undefined ? [] : [`renewed     until ${renewal.until}, if deployed before ${renewal.deployBy}, by ${renewal.by}: ${renewal.reason}`]),
    ...(approval === undefined ? [] : approvalLines(approval)),
    ...(expired === undefined ? [] : [`expired     torn down at ${expired.at}, ${TORN_DOWN[expired.cause]} (its end: ${expired.end})`]),
    ...(offboarding === undefined ? [] : [`offboarded  at ${offboarding.since} by ${offboarding.by}: ${offboarding.reason}`]),
    ...(agenda?.unused === undefined ? [] : [`unused      its sponsor was notified at ${agenda.unused.since}`]),
    ...(isOnAws(state) ? driftLines(state) : []),
    ...revokerLines(state),
    ...(isOnAws(state) ? credentialLines(state) : []),
    ...(due === undefined ? [] : [`next        ${due.reason} at ${due.at}`]),
    `owner       stack ${state.owner.stackName}`,
    ...[engines.declared?.transferTo, offeredTo].flatMap((to) => to === undefined ? [] : [`offered     to stack ${to}`]),
    `joined      ${state.joinedAt}`,
    ...(isOnAws(state) ? adoptionLines(state) : []),
    'principals',
    ...Object.values(state.principals).map(({ roleArn, roleId, status }) => `  ${status.padEnd(12)}${roleArn} (${roleId})`),
    ...(declared.exceptions.length === 0 ? [] : ['exceptions', ...declared.exceptions.map(({ actions, reason, until }) => `  until ${until}: ${actions.join(', ')}: ${reason}`)]),
    ...(isOnAws(state) ? tokenLines(state) : []),
    ...(declared.access === undefined ? [] : accessLines(declared.access)),
  ].map(printable).join('\n');
}

/** What the role of an agent was before it became one. */
function adoptionLines({ principals, present, declared: { onRemoval } }: PlacementState): string[] {
  const { before, status } = principals[present] ?? {};
  return before === undefined ? [] : [`adopted     role as it was at ${before.at}; ${status === 'released' ? 'given back' : `when its construct is removed, ${onRemoval === 'release' ? 'it is given back' : 'the agent leaves'}`}`];
}

/** The certified end comes first, because access ends there if nobody decides. */
function endText(state: PlacementState): string {
  const { declared: { expiresAt, untilCertified } } = state;
  const end = certifiedEnd(state);
  return untilCertified !== true ? expiresAt
    : end === undefined ? `${expiresAt}, the latest end in its code: no review carries it on beyond that`
      : `${end} unless its review carries it on, at the latest ${expiresAt}`;
}

/** No robot of a registry on Google may change policies. */
const ENDED_ON_GOOGLE = '  declared grants have ended, and its account is disabled. Nothing removes grants that somebody made by hand before it leaves: let it leave';

const TORN_DOWN = {
  end: 'after its end', unused: 'because it was unused', review: 'by its review', offboard: 'by an operator', leave: 'after its stack had begun it',
} as const;

/** What the directory of people says, if it is not that all is well. */
function sponsorLines(state: PlacementState): string[] {
  const { succession } = state;
  const { lapse, backupLapsedSince, unanswered } = sponsorCheckOf(state) ?? {};
  return [
    ...(succession === undefined || sponsorOf(state) !== succession.sponsor ? [] : [`  took over at ${succession.since}; the code still declares ${state.declared.sponsor.accountableEmail}, no active person`]),
    ...(lapse === undefined ? [] : [`  no active person since ${lapse.since}: ${lapse.evidence}${lapse.toldAt === undefined ? '' : '; nobody can take over'}`]),
    ...(backupLapsedSince === undefined ? [] : [`  the backup is no active person since ${backupLapsedSince}`]),
    ...(unanswered === undefined ? [] : [`  the directory does not answer since ${unanswered.since}: ${unanswered.reason}`]),
  ];
}

/** The move that waits for an approval, or has one. */
function approvalLines({ digest, declared: { stage }, at, persons, requesters, approvals, declined }: NonNullable<PlacementState['approval']>): string[] {
  return [
    `approval    for ${stage}, asked for at ${at}${requesters.length === 0 ? '' : ` by ${requesters.join(', ')}`}: ${declined === undefined ? `${approvals.length} of ${persons}` : `declined by ${declined.by}: ${declined.reason}`}`,
    `  digest    ${digest}`,
    ...approvals.map(({ by, until }) => `  by        ${by} until ${until}`),
  ];
}

/** What the last check found changed outside of deployments. */
function driftLines(state: PlacementState): string[] {
  const found = driftOf(state);
  return found === undefined ? [] : [
    `drift       since ${found.since}`,
    ...(['appeared', 'vanished', 'changed'] as const).flatMap((kind) => found[kind].map((what) => `  ${kind.padEnd(10)}${what}`)),
    ...(found.omitted === 0 ? [] : [`  and ${found.omitted} more`]),
    ...(found.notRemoved ?? []).map((what) => `  not removed ${what}`),
  ];
}

/** The longest name of a cut, and two blanks. */
const CUT_WIDTH = Math.max(...CUT_NAMES.map(({ length }) => length)) + 2;

/** What a suspension switched off, what of it is still on, and what nobody can reach. */
function suspensionLines({ cuts = [], beyondReach = [], snapshot }: Suspension): string[] {
  return [
    ...cuts.map(({ name, changes, omitted = 0, confirmedAt, rest }) => [
      `  ${name.padEnd(CUT_WIDTH)}`,
      rest !== undefined ? 'STILL ON' : confirmedAt === undefined ? 'not confirmed yet' : `off since ${confirmedAt}`,
      changes.length === 0 ? '' : `: ${changes.map(({ id }) => id).join(', ')}${omitted === 0 ? '' : ` and ${omitted} more`}`,
    ].join('')),
    ...cuts.flatMap(({ name, rest = [] }) => rest.map((one) => `  ${'still on'.padEnd(CUT_WIDTH)}${name} ${one}`)),
    ...beyondReach.map((one) => `  ${'out of reach'.padEnd(CUT_WIDTH)}${one}`),
    ...(snapshot === undefined ? [] : [`  ${'snapshot'.padEnd(CUT_WIDTH)}${[snapshot.key, snapshot.note].filter((part) => part !== undefined).join(': ')}`]),
  ];
}

/** What a suspension on Google has cut, what it can't reach, and until when tokens from before it would work. */
function accountSuspensionLines({ accounts, principals = [], attachments, disabledAt, tokensEndAt, resumption, beyondReach = [] }: NonNullable<ShownAgent['suspension']>): string[] {
  return [
    ...accounts.map(({ email, uniqueId }) => `  ${disabledAt === undefined ? 'not confirmed   ' : 'disabled        '}${email} (${uniqueId})`),
    ...principals.map((principal) => `  denied          ${principal}`),
    ...attachments.map((attachment) => `  denied in       ${attachment}`),
    ...(tokensEndAt === undefined ? [] : [`  old tokens      end at ${tokensEndAt}: a resumption before would revive them`]),
    ...(resumption === undefined ? [] : [`  resumption      began at ${resumption.since} by ${resumption.by}, and did not end`]),
    ...beyondReach.map((one) => `  out of reach    ${one}`),
  ];
}

/** Access outside of AWS: what is declared, what is kept for the leave, and what the leave has done. */
function revokerLines(state: PlacementState | ShownAgent): string[] {
  const { declared: { revokers = [] }, formerRevokers = [], revocations = [], status } = state;
  const line = (what: string, revoker: RevokerRecord, more: string): string => `${what.padEnd(12)}${revoker.id} (${revoker.kind}${costText(revoker, state)})${more}`;
  return [
    ...(status === 'left' || status === 'revoking' ? [] : [...revokers.map((one) => line('outside', one, '')), ...formerRevokers.map((one) => line('outside', one, ', no longer declared: revoked when the agent leaves'))]),
    ...revocations.map(({ revoker, since, attempts, tryAt, note = 'not tried yet', confirmed }) => line('revocation', revoker, confirmed === undefined
      ? `: OPEN since ${since}, ${attempts} attempts, ${tryAt === undefined ? '' : `again at ${tryAt}: `}${note}`
      : confirmed.by === undefined ? `: confirmed at ${confirmed.at}: ${note}` : `: attested at ${confirmed.at} by ${confirmed.by}: ${confirmed.reason ?? ''}`)),
  ];
}

/** Credentials that are too old, and those that the code no longer declares and that may still exist. */
function credentialLines(state: PlacementState): string[] {
  const { credentials = [] } = state;
  return [
    ...knownOld(state).map(({ kind, name, since, toldAt }) => `credential  ${name} (${kind}) is TOO OLD: in use since ${since}, its sponsor was notified at ${toldAt}`),
    ...credentials.flatMap(({ kind, name, droppedAt }) => (droppedAt === undefined ? [] : [`credential  ${name} (${kind}) is no longer declared since ${droppedAt}, and was not seen to be deleted yet`])),
  ];
}

function costText(revoker: RevokerRecord, shown: PlacementState | ShownAgent): string {
  const { costTag } = revoker;
  const state: Pick<PlacementState, 'agenda'> = isOnAws(shown) ? shown : {};
  const cost = costOf(revoker, state);
  const seen = costTag === undefined ? undefined : state.agenda?.costs?.seen[tagText(costTag)];
  if (cost === undefined) {
    return costTag === undefined ? '' : `, cost not known: ${seen?.missing ?? 'not looked up yet'}`;
  }
  return `, ${cost.amount.toFixed(2)} ${cost.currency} a month${seen?.amount === undefined ? '' : ` from ${seen.from} to ${seen.to}`}`;
}

/** What the agent may get for outsiders in its stage, which outlives every denial. */
function tokenLines({ declared: { access, stage } }: PlacementState): string[] {
  return identityTokensOf(access, stage).map(({ audiences, seconds }) => `tokens      for ${audiences.join(', ')}: accepted up to ${seconds} seconds after the agent is denied`);
}

/** Only on AWS an engine keeps a state, with the id of the present principal. */
function isOnAws(state: PlacementState | ShownAgent): state is PlacementState {
  return 'present' in state;
}

interface Access {
  readonly stages: readonly { readonly stage: string; readonly grants: readonly GrantRecord[]; readonly omitted: number }[];
  readonly trusted: readonly string[];
  readonly boundary?: string;
}

/** Renders the declared access, for stages that the agent is not in as well. */
function accessLines({ stages, trusted, boundary }: Access): string[] {
  return [
    ...trusted.map((principal) => (callerIn(principal)?.relation === 'reads' ? `read by     agent ${callerIn(principal)!.agentName}` : `assumed by  ${principal}`)),
    ...(boundary === undefined ? [] : [`boundary    ${boundary}`]),
    ...stages.flatMap(({ stage, grants, omitted }) => [
      `access in ${stage === EVERY_STAGE ? 'every stage' : stage}`,
      ...grants.map(({ effect, actions, resources, condition }) =>
        `  ${effect === undefined ? '' : `${effect} `}${actions.join(', ')} on ${resources.join(', ')}${condition === undefined ? '' : ` if ${condition}`}`),
      ...(omitted === 0 ? [] : [`  and ${omitted} more, which the ledger does not keep: see the template`]),
    ]),
  ];
}

/** The certificates of an agent, with both parts on AWS. */
export function renderCertificates(evidence: Evidence): string {
  return renderEvidence(evidence, (leave) => (isGoogles(leave) ? renderAccountCertificate(leave) : renderCertificate(leave)));
}

function isGoogles(leave: Evidence['leaves'][number]): leave is GoogleEvidence['leaves'][number] {
  return 'cloud' in leave.certificate;
}

const EVIDENCE = {
  intact: 'is intact',
  changed: 'WAS CHANGED: its hash is not the one in the chain',
  missing: 'IS MISSING: the chain names it, and the evidence bucket does not have it',
  unknown: 'IS UNKNOWN: no event of the chain names it',
} as const;

export function renderVerdict({ agentName, events, chain, copies, evidence }: VerifiedPlacement, columns?: number): string {
  return [
    ...fitTable(['event', 'when', 'stage', 'hash'], events.map(eventRow), columns),
    ...renderCopies(copies).map(printable),
    ...verdictLines({ agentName, chain, evidence }),
  ].join('\n');
}

/** Renders the verdicts on many agents. Agents with differences come last, at the end of the terminal's output. */
export function renderVerdicts(verdicts: readonly Verdict[], columns?: number): string {
  const [intact, differing] = [true, false].map((wanted) => verdicts.filter((verdict) => isIntact(verdict) === wanted));
  return [
    ...fitTable(['agent', 'events', 'last hash'], intact.map(({ agentName, chain }) => [agentName, ...chain.intact ? [String(chain.length), chain.lastHash] : []]), columns),
    ...differing.flatMap(verdictLines),
    `${intact.length} of ${verdicts.length} chains are intact`,
  ].join('\n');
}

function verdictLines({ agentName, chain, evidence }: Verdict): string[] {
  return [
    chain.intact
      ? `the chain of ${agentName} is intact: ${chain.length} events, last hash ${chain.lastHash}`
      : `THE CHAIN OF ${agentName} IS BROKEN at event ${chain.brokenAt + 1}: ${chain.reason}`,
    ...evidence.map(({ key, verdict }) => `${key} ${EVIDENCE[verdict]}`),
  ].map(printable);
}

function renderCopies({ copied, pending, late }: VerifiedPlacement['copies']): string[] {
  return [
    ...copied.map(({ first, last, from, to }) => `the evidence has events ${first} to ${last}, from ${from} to ${to}`),
    ...(copied.length === 0 ? ['the evidence has no event'] : []),
    ...late.map(({ sequence, eventAt, copiedAt }) => `event ${sequence} of ${eventAt} was copied late, at ${copiedAt}`),
    ...(pending.length === 0 ? [] : [`not copied yet: event ${pending.join(', ')}; the engine is at work, or copies it before the agent's next transition`]),
  ];
}

/** JSON that is safe to print on a terminal. */
export function renderJson(data: unknown): string {
  // JSON.stringify doesn't escape C1 controls and marks that change the direction of text. Its own line breaks stay.
  return JSON.stringify(data, null, 2).split('\n').map(escapeUnseen).join('\n');
}

// After tampering an event may lack any member. It is shown nevertheless.
function eventRow({ type, time, data, hash }: Partial<LifecycleEvent>): string[] {
  const { stage } = (data?.unmapped ?? {}) as { stage?: unknown };
  return [String(type).split('.')[2] ?? String(type), String(time), String(stage), String(hash).slice(0, HASH_SHOWN)];
}
