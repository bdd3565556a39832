import { randomBytes, randomUUID } from 'node:crypto';
import { KMSClient } from '@aws-sdk/client-kms';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { SNSClient } from '@aws-sdk/client-sns';
import * as z from 'zod';
import { client } from './clients';
import { optional, required } from './environment';
import { ledgerTable } from './table';
import { countOf, logger } from './telemetry';
import { ENVIRONMENT } from '../../src/contract/environment';
import { NotificationSettings, SEND_DIGESTS } from '../../src/contract/notifications';
import { ReviewLinkSettings } from '../../src/contract/review-page';
import { NoticeLedger, OrphanLedger, PlacementLedger, SweepLedger } from '../ledger';
import { busEvent, Channel, collect, mailChannel, Notifier, sendDigests, topicChannel } from '../notifications';
import { kmsMac } from '../review-link';

const NONCE_BYTES = 32;

const notificationEvent = z.union([z.object({ task: z.literal(SEND_DIGESTS.task) }), busEvent]);

/** Collects an event of the bus, or sends the digests of the day. */
export async function notifications(event: unknown): Promise<void> {
  const input = notificationEvent.parse(event);
  const notifier = makeNotifier();
  return 'task' in input ? sendDigests(notifier) : collect(notifier, input.detail);
}

function makeNotifier(): Notifier {
  const table = ledgerTable();
  const registry = required(ENVIRONMENT.registryName);
  const settings = JSON.parse(required(ENVIRONMENT.notifications)) as NotificationSettings;
  return {
    registry,
    settings,
    ledger: new PlacementLedger(table),
    sweeps: new SweepLedger(table),
    orphans: new OrphanLedger(table),
    notices: new NoticeLedger(table),
    channel: channelOf(settings),
    ...linksOf(),
    now: () => new Date(),
    unique: () => randomUUID(),
    count: countOf(registry),
    warn: (message, fields) => logger.warn(message, fields),
  };
}

function linksOf(): Pick<Notifier, 'links'> {
  const settings = optional(ENVIRONMENT.reviewLinks);
  if (settings === undefined) {
    return {};
  }
  const { origin, keyArn, lifetimeSeconds, canSignIn } = JSON.parse(settings) as ReviewLinkSettings;
  return { links: { origin, lifetimeSeconds, canSignIn, mac: kmsMac(client(KMSClient), keyArn), nonce: () => randomBytes(NONCE_BYTES).toString('base64url') } };
}

function channelOf({ channel }: NotificationSettings): Channel {
  return channel.kind === 'mail' ? mailChannel(client(SESv2Client), channel.from) : topicChannel(client(SNSClient), channel.topicArn);
}
