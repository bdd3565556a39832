import { setTimeout as pause } from 'node:timers/promises';
import { plainCalls } from './clients';
import { DatabaseUserPlace } from '../../src/contract/database-users';
import { dataApi, DatabaseUser } from '../databases';
import { NotDone } from '../revokers';

/** A paused cluster is resumed within about 15 seconds. https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2-auto-pause.html */
const TRIES = 8;
const CLUSTER = /^arn:(aws[a-z-]*):rds:[a-z0-9-]+:\d{12}:cluster:[A-Za-z0-9-]{1,63}$/;

/**
 * The user of a cluster, by the Data API.
 *
 * @param isNewRole whether the role of the function was made a moment ago
 * @throws NotDone for what is no cluster
 */
export function databaseUserAt({ user, cluster, adminSecret, database }: Omit<DatabaseUserPlace, 'objectsTo'>, mark: string, isNewRole = false): DatabaseUser {
  const [, partition] = CLUSTER.exec(cluster) ?? [];
  if (partition === undefined) {
    throw new NotDone('its cluster is not named by the ARN of one');
  }
  const waiting = async (milliseconds: number): Promise<void> => pause(milliseconds);
  return new DatabaseUser(
    dataApi(plainCalls(partition), { cluster, adminSecret, database }, { pause: waiting, tries: TRIES, isNewRole }),
    { user, mark }, waiting,
  );
}
