import { begins, ends } from './life';
import { EvidenceRef, Period, ReportDifference, ReportRow } from './model';
import { ReadAgent } from './read-agent';
import { SECTION_KINDS } from './sections';
import { recordOf, textOf, ToldEvent } from './told-event';
import { FirstVersion, hashOfText } from '../../evidence';

/** Rows, with the section that each belongs to. */
export type SectionRow = ReportRow & { readonly section: string };

/** What an agent, or a part of the registry, adds to the report. */
export interface AgentRows {
  readonly rows: readonly SectionRow[];
  readonly differences: readonly ReportDifference[];
}

/** What the registry has of an agent besides its events. */
export interface AgentEvidence {
  /** Decommission certificates, by key. They can be those of other agents too. */
  readonly certificates: ReadonlyMap<string, FirstVersion>;
  /** What was declared when an agent began, where its event does not have it. */
  readonly declaration?: (event: ToldEvent) => Promise<{ readonly facts: ReportRow['facts']; readonly ref: EvidenceRef } | undefined>;
}

/** The rows of an agent: its events, the approval of each move, the certificate of each leave, and its reviews that were not decided in time. */
export async function rowsOf(agent: ReadAgent, { certificates, declaration }: AgentEvidence, period: Period): Promise<AgentRows> {
  const rows: SectionRow[] = [];
  const differences: ReportDifference[] = [];
  let used: ToldEvent | undefined;
  for (const event of agent.events) {
    for (const { id, events, passes, facts } of SECTION_KINDS) {
      if (events.includes(event.name) && passes?.(event) !== false) {
        rows.push(rowOf(id, event, facts(event)));
      }
    }
    rows.push(...exceptionLines(event));
    if (event.name === 'approval-used') {
      used = event;
    } else if ((event.name === 'moved' || begins(event)) && used?.stage === event.stage) {
      const approved = { 'approved by': textOf(used.details.by), ...(event.name === 'moved' ? { 'approval digest': textOf(used.details.digest) } : {}) };
      amend(rows, event, approved, [used, ...approvalsOf(agent.events, used)].map(({ ref }) => ref));
      used = undefined;
    }
    const declared = begins(event) ? await declaration?.(event) : undefined;
    if (declared !== undefined) {
      amend(rows, event, declared.facts, [declared.ref]);
    }
    if (typeof event.details.certificate === 'string' && event.details.certificateSha256 !== undefined) {
      const { verdict, ref } = await certificateOf(event, certificates);
      amend(rows, event, { 'certificate is': verdict }, ref === undefined ? [] : [ref]);
      if (verdict !== 'intact') {
        differences.push({ what: event.details.certificate, reason: `the certificate is ${verdict}, and event ${event.number} of ${event.agent} names it` });
      }
    }
  }
  return { rows: [...rows, ...overdueRows(agent, period)], differences };
}

export function rowOf(section: string, { time, agent, stage, name, by, ref }: ToldEvent, facts: ReportRow['facts'], also: readonly EvidenceRef[] = []): SectionRow {
  return { section, at: time, agent, stage, what: name, by, facts, evidence: [ref, ...also] };
}

/** Adds to the row of an event what others say of it. */
function amend(rows: SectionRow[], { ref }: ToldEvent, facts: ReportRow['facts'], evidence: readonly EvidenceRef[]): void {
  const index = rows.findIndex((row) => row.evidence[0].id === ref.id && row.section !== 'exceptions');
  rows[index] = { ...rows[index], facts: { ...rows[index].facts, ...facts }, evidence: [...rows[index].evidence, ...evidence] };
}

function approvalsOf(events: readonly ToldEvent[], used: ToldEvent): ToldEvent[] {
  return events.filter(({ name, details, number }) => name === 'approved' && number < used.number && details.digest === used.details.digest);
}

interface ComparedCertificate {
  readonly verdict: string;
  readonly ref?: EvidenceRef;
}

async function certificateOf({ details }: ToldEvent, certificates: ReadonlyMap<string, FirstVersion>): Promise<ComparedCertificate> {
  const key = String(details.certificate);
  const version = certificates.get(key);
  if (version === undefined) {
    return { verdict: 'missing' };
  }
  const sha256 = hashOfText(await version.read());
  return {
    verdict: sha256 === details.certificateSha256 ? 'intact' : 'changed',
    ref: { kind: 'object', key, version: version.versionId ?? '', id: '', number: 0, sha256 },
  };
}

/** An event about access says of each exception that came or went what it allows and why, in one line. */
const EXCEPTION = /^exception until (\S+): (.*?): (.*)$/s;

function exceptionLines(event: ToldEvent): SectionRow[] {
  return (['widened', 'narrowed'] as const).flatMap((side) => listOf(event.details[side]).flatMap((line) => {
    const [, until, actions, reason] = EXCEPTION.exec(line) ?? [];
    return until === undefined ? [] : [rowOf('exceptions', event, { exception: `${side === 'widened' ? 'added' : 'removed'}: ${actions}`, reason, until })];
  }));
}

interface OpenReview {
  readonly review: string;
  readonly deadline: string;
  /** The last event about it. */
  readonly event: ToldEvent;
}

/** Reviews whose deadline passed without a decision: before the end of the period, and that were open in it. */
function overdueRows({ events, openBefore }: ReadAgent, { to }: Period): SectionRow[] {
  const rows: SectionRow[] = [];
  let open = openBefore === undefined ? undefined : openOf(openBefore);
  const close = (end: ToldEvent | undefined): void => {
    if (open !== undefined && Date.parse(open.deadline) <= (end?.at ?? to.getTime())) {
      const facts = { 'review': open.review, 'deadline': open.deadline, 'ended': end?.time ?? 'not at the end of the period', 'ended by': end === undefined ? '' : end.name };
      rows.push({ ...rowOf('overdue', open.event, facts, end === undefined ? [] : [end.ref]), at: open.deadline, what: open.event.name === 'review-overdue' ? 'review-overdue' : 'deadline passed, and no event says so' });
    }
    open = undefined;
  };
  for (const event of events) {
    if (event.name === 'review-due' || event.name === 'review-overdue') {
      open = openOf(event);
    } else if (event.name === 'certified' || begins(event) || ends(event)) {
      close(event);
    }
  }
  close(undefined);
  return rows;
}

function openOf(event: ToldEvent): OpenReview {
  const { review, deadline } = recordOf(event.details);
  return { review: textOf(review), deadline: textOf(deadline), event };
}

function listOf(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
