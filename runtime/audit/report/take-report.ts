import { awsSource } from './aws-source';
import { collectReport, Reporting } from './collect-report';
import { googleSource } from './google-source';
import { AuditReport, Period } from './model';
import { GoogleRegistry } from '../../google/registry';
import { Connection } from '../../operator/connection';

/**
 * Takes a report of a registry on AWS. The ledger is compared, and adds what no event has the text of.
 *
 * @throws InvalidInputError `PeriodInvalid`
 */
export function takeReport(connection: Connection, period: Period, reporting: Reporting): Promise<AuditReport> {
  return collectReport(awsSource(connection), period, reporting);
}

/**
 * The same of a registry on Google. It has no ledger, so all records of each agent are compared with each other.
 *
 * @throws InvalidInputError `PeriodInvalid`, and the codes of `connectGoogle`
 */
export async function takeGoogleReport(registry: GoogleRegistry, period: Period, reporting: Reporting): Promise<AuditReport> {
  return collectReport(await googleSource(registry), period, reporting);
}
