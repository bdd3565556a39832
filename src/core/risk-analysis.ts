import { InvalidInputError } from './errors';
import { requireLiteral } from './literal';
import { shown } from './shown';
import { requirePlainText } from './text';

/** Which risk justifies how often access is reviewed, and when somebody judged that: a targeted risk analysis of PCI DSS 4.0.1 (12.3.1, 7.2.5.1). */
export interface TargetedRiskAnalysis {
  /** The risk and why the interval fits it, in 10 to 300 characters on one line. */
  readonly reason: string;

  /** Day of the analysis, YYYY-MM-DD. It is to be done again after 12 months. */
  readonly date: string;
}

const [SHORTEST, LONGEST] = [10, 300];
const DATE = /^\d{4}-\d{2}-\d{2}$/;

/**
 * Checks the form. Whether the analysis is too old depends on the time, so it is not an error (`isCurrent`).
 *
 * @throws InvalidInputError `RiskAnalysisInvalid`, and the codes of `requirePlainText` and `requireLiteral`
 */
export function validateRiskAnalysis(analysis: TargetedRiskAnalysis): void {
  if (typeof analysis !== 'object' || analysis === null) {
    throw new InvalidInputError('RiskAnalysisInvalid', `the targeted risk analysis ${shown(analysis)} is not allowed: use { reason, date }`);
  }
  const { reason, date } = analysis;
  const text = requirePlainText('the reason of the targeted risk analysis', reason);
  if (text.length < SHORTEST || text.length > LONGEST) {
    throw new InvalidInputError('RiskAnalysisInvalid', `the reason ${shown(reason)} of the targeted risk analysis is not allowed: say which risk justifies the interval in ${SHORTEST} to ${LONGEST} characters, on one line`);
  }
  const day = requireLiteral('the date of the targeted risk analysis', date);
  if (!DATE.test(day) || !isDay(day)) {
    throw new InvalidInputError('RiskAnalysisInvalid', `the date ${shown(date)} of the targeted risk analysis is not allowed: use a day such as 2026-03-31`);
  }
}

/** Whether the analysis is of the last 12 months. */
export function isCurrent({ date }: TargetedRiskAnalysis, now: Date): boolean {
  return isWithinAYear(date, now);
}

/** Whether a day, YYYY-MM-DD, is of the last 12 months. */
export function isWithinAYear(date: string, now: Date): boolean {
  const [year, month, day] = date.split('-').map(Number);
  // The day a year later counts.
  return now.getTime() < Date.UTC(year + 1, month - 1, day + 1) && now.getTime() >= Date.UTC(year, month - 1, day) - DAY_MS;
}

/** The author's day can begin before that of UTC. */
const DAY_MS = 86_400_000;

function isDay(date: string): boolean {
  const instant = new Date(`${date}T00:00:00Z`);
  return !Number.isNaN(instant.getTime()) && instant.toISOString().startsWith(date);
}
