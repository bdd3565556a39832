import { googleSource } from './google-source';
import { AuditReport, collectReport, Period, Reporting } from '../audit';
import { GoogleRegistry } from '../google/registry';

/**
 * Takes a report of a registry on Google. It has no ledger, so all records of each agent are compared with each other.
 *
 * @throws InvalidInputError `PeriodInvalid`, and the codes of `connectGoogle`
 */
export async function takeGoogleReport(registry: GoogleRegistry, period: Period, reporting: Reporting): Promise<AuditReport> {
  return collectReport(await googleSource(registry), period, reporting);
}
