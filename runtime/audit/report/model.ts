import * as z from 'zod';
import { FRAMEWORKS } from '../controls';

const INSTANT = z.string().describe('an instant in UTC, ISO 8601');

const EVIDENCE_REF = z.strictObject({
  kind: z.enum(['event', 'object', 'ledger']).describe('a copied event, another object of the evidence, or a row of the ledger, which is no evidence'),
  key: z.string().describe('key in the evidence bucket; of a row of the ledger, what it is'),
  version: z.string().describe('version of the object that counts, which is the first one; on Google its generation; empty for a row of the ledger'),
  id: z.string().describe('id of the event; empty for anything else'),
  number: z.int().min(0).describe('place of the event in the chain of its agent; 0 for anything else'),
  sha256: z.string().describe('hash of the event as its chain has it, or SHA-256 of the object'),
}).describe('where what a row says can be looked up');

const ROW = z.strictObject({
  at: INSTANT,
  agent: z.string().describe('empty for a row about the registry; on Google with its project: acme-agents/invoice-bot'),
  stage: z.string(),
  what: z.string().describe('name of the event, or what was found'),
  by: z.string().describe('ARN of the stack, person or schedule that caused it; on Google the stack (terraform:...) or the address of the person'),
  facts: z.record(z.string(), z.string()).describe('one value for each column of the section'),
  evidence: z.array(EVIDENCE_REF).min(1),
});

const SECTION = z.strictObject({
  id: z.string(),
  title: z.string(),
  source: z.string().describe('what was looked at, which an empty section rests on; begins with "nothing: " if the registry records nothing of it, so that an empty section says nothing about what happened'),
  columns: z.array(z.string()),
  controls: z.array(z.strictObject({ framework: z.enum(FRAMEWORKS), controls: z.array(z.string()) })),
  rows: z.array(ROW),
});

const POPULATION = z.strictObject({
  atStart: z.int().describe('agents that were living just before the period'),
  joined: z.int(),
  left: z.int(),
  atEnd: z.int().describe('agents that were living at the end of the period'),
  isBalanced: z.boolean().describe('whether atStart + joined - left is atEnd'),
  knownToEvidence: z.int().describe('agents of which the evidence has an event, living or not'),
  livingNowInEvidence: z.int(),
  livingNowInLedger: z.int().describe('of a registry on Google, which has no ledger: agents that nhi list shows as not left'),
  queries: z.array(z.strictObject({ call: z.string(), calls: z.int(), found: z.int() })),
  again: z.string().describe('the command that counts again'),
});

/** The report of an auditor, as `--format json` prints it. A later version has another number. */
export const REPORT_FORM = z.strictObject({
  kind: z.literal('nhi-audit-report'),
  version: z.literal(1),
  registry: z.string().describe('name of the registry; on Google gs:// and the name of its bucket'),
  account: z.string().describe('AWS account, or Google project; empty for all projects of a registry on Google'),
  region: z.string().describe('empty for a registry on Google'),
  bucket: z.string(),
  from: INSTANT.describe('start of the period, included'),
  to: INSTANT.describe('end of the period, not included'),
  readFrom: INSTANT.describe('when the first object was read'),
  readTo: INSTANT.describe('when the last one was read'),
  takenBy: z.string().describe('ARN of the session; on Google the address of the caller'),
  population: POPULATION,
  noLongerPaid: z.record(z.string(), z.number()).describe('a month, by currency: what access outside of the cloud cost whose end was confirmed in the period'),
  differences: z.array(z.strictObject({ what: z.string(), reason: z.string() })).describe('what does not fit; empty if all that was read fits'),
  sections: z.array(SECTION),
});

type Deep<T> = T extends readonly (infer E)[] ? readonly Deep<E>[] : T extends object ? { readonly [K in keyof T]: Deep<T[K]> } : T;
export type AuditReport = Deep<z.infer<typeof REPORT_FORM>>;
export type ReportSection = AuditReport['sections'][number];
export type ReportRow = ReportSection['rows'][number];
export type EvidenceRef = ReportRow['evidence'][number];
export type ReportDifference = AuditReport['differences'][number];

/** A period: `from` belongs to it, and `to` does not, so that periods follow each other without a gap. */
export interface Period {
  readonly from: Date;
  readonly to: Date;
}
