import { csvCell } from '../../../../src/core/csv';
import { AuditReport, EvidenceRef, ReportRow, ReportSection } from '../model';

/** The columns that all sections have, around their own. */
const FIRST = ['at', 'agent', 'stage', 'what', 'by'] as const;
const LAST = ['event_id', 'event_number', 'evidence_key', 'evidence_version', 'evidence_sha256', 'more_evidence'] as const;

/** One file a section, for spreadsheets (RFC 4180), beside the population's sums and the differences. By file name. */
export function reportCsv(report: AuditReport): ReadonlyMap<string, string> {
  const { population: { queries, again, ...sums }, differences, sections, registry, account, from, to, readFrom, readTo } = report;
  return new Map([
    ['summary.csv', lines(['name', 'value'], [
      ...Object.entries({ registry, account, from, to, readFrom, readTo, ...sums, again }).map(([name, value]) => [name, String(value)]),
      ...queries.map(({ call, calls, found }) => [call, `${found} in ${calls} calls`]),
      ...sections.map(({ id, source }) => [`looked at for ${id}.csv`, source]),
    ])],
    ['differences.csv', lines(['what', 'reason'], differences.map(({ what, reason }) => [what, reason]))],
    ...sections.map((section) => [`${section.id}.csv`, sectionCsv(section)] as const),
  ]);
}

function sectionCsv({ columns, rows }: ReportSection): string {
  return lines([...FIRST, ...columns.map((column) => column.replace(/[^a-z0-9]+/g, '_')), ...LAST], rows.map((row) => cellsOf(row, columns)));
}

function cellsOf({ evidence: [first, ...others], facts, ...row }: ReportRow, columns: readonly string[]): string[] {
  return [
    ...FIRST.map((name) => row[name]),
    ...columns.map((column) => facts[column]),
    first.id, first.number === 0 ? '' : String(first.number), first.key, first.version, first.sha256,
    others.map(refText).join('; '),
  ];
}

function refText({ key, version, sha256 }: EvidenceRef): string {
  return [key, version, sha256].filter((part) => part !== '').join(' ');
}

function lines(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return `${[head, ...rows.map((cells) => cells.map(csvCell))].map((cells) => cells.join(',')).join('\r\n')}\r\n`;
}
