import { digestOf, WrittenAgents } from './written-agents';
import { AuditReport, takeReport } from '../../../runtime/audit';

/** What somebody could write into a reason, to run in the page. */
export const HOSTILE_NAME = '</script><img src=x onerror=alert(1)>';
const TO = new Date('2026-10-01T00:00:00Z');

/** Agents of a quarter: of each kind of row some, and hostile texts. */
export async function generatedAgents(): Promise<WrittenAgents> {
  const agents = new WrittenAgents();
  const exceptions = [{ actions: ['iam:PassRole'], reason: 'It starts the nightly job', until: '2027-01-01T00:00:00Z' }];
  const at = (day: number, hour = 9): string => new Date(Date.UTC(2026, 6, day, hour)).toISOString();
  for (let index = 0; index < 12; index += 1) {
    const joined = ['joined', index < 4 ? '2026-03-01T09:00:00Z' : at(1 + index), {
      purpose: 'Matches supplier invoices to purchase orders', expires: '2027-01-01T00:00:00Z', owner: `Bot${index}`, access: { exceptions: digestOf(exceptions) }, sponsor: { id: 'ada@example.com' },
    }] as const;
    const review = { review: at(20 + index), deadline: at(34 + index), sponsor: 'ada@example.com', services: ['dynamodb', 's3'] };
    const reviewed = index % 3 === 0 ? [['review-overdue', at(34 + index), review] as const] : [];
    const moves = index % 2 === 0 ? [
      ['approved', at(50 + index), { digest: 'c'.repeat(64), by: 'li.chen@example.com', relation: 'backup', proof: 'aws-session', reason: 'The tests of the quarter are done' }] as const,
      ['approval-used', at(51 + index), { digest: 'c'.repeat(64), by: ['li.chen@example.com'] }] as const,
      ['moved', at(51 + index, 10), { fromStage: 'test', cutBeforeGrant: true }] as const,
    ] : [];
    const left = index % 4 === 1 ? [['left', at(80 + index / 2), {}] as const] : [];
    await agents.write(`invoice-bot-${index}`, [
      joined,
      ['review-due', at(20 + index), { ...review, step: 'opened', causes: ['interval'] }],
      ...reviewed,
      ['review-decided', at(36 + index, 8), { ...review, verdict: 'keep', by: 'ada@example.com', relation: 'sponsor', proof: 'aws-session', reason: index === 2 ? HOSTILE_NAME : 'It is needed for the monthly closing' }],
      ['certified', at(index % 3 === 0 ? 37 + index : 33 + index, 9), { ...review, kept: ['dynamodb', 's3'], reduced: [], by: ['ada@example.com'] }],
      ...moves,
      ...left,
    ], index === 0 ? { declared: { exceptions } } : {});
  }
  return agents;
}

export async function generatedReport(): Promise<AuditReport> {
  const { connection } = await generatedAgents();
  return takeReport(connection, { from: new Date('2026-07-01T00:00:00Z'), to: TO }, { clock: () => TO, tell: () => undefined });
}
