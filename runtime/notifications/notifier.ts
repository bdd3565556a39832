import { Channel } from './channels';
import { ReviewLinks } from './review-links';
import { MetricName } from '../../src/contract/metrics';
import { NotificationSettings } from '../../src/contract/notifications';
import { NoticeLedger, OrphanLedger, PlacementLedger, SweepLedger } from '../ledger';

/** The stores and the channel by which people are notified. */
export interface Notifier {
  readonly registry: string;
  readonly settings: NotificationSettings;
  readonly ledger: PlacementLedger;
  readonly sweeps: SweepLedger;
  readonly orphans: OrphanLedger;
  readonly notices: NoticeLedger;
  readonly channel: Channel;
  /** Makes links to the page for reviewers. Absent if there is no page. */
  readonly links?: ReviewLinks;
  readonly now: () => Date;
  /** Makes the id of a claim. */
  readonly unique: () => string;
  readonly count: (metric: MetricName) => void;
  readonly warn: (message: string, fields: Record<string, string>) => void;
}
