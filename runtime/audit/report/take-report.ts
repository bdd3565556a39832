import { awsSource } from './aws-source';
import { collectReport, Reporting } from './collect-report';
import { AuditReport, Period } from './model';
import { Connection } from '../../operator/connection';

/**
 * Takes a report of a registry on AWS. The ledger is compared, and adds what no event has the text of.
 *
 * @throws InvalidInputError `PeriodInvalid`
 */
export function takeReport(connection: Connection, period: Period, reporting: Reporting): Promise<AuditReport> {
  return collectReport(awsSource(connection), period, reporting);
}
