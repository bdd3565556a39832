import * as z from 'zod';
import { DATABASE_NAME } from '../../../src/contract/database-users';
import { handler } from '../kind';

const name = z.string().regex(DATABASE_NAME);
const settings = z.object({ clusterArn: z.string(), secretArn: z.string(), database: z.string(), objectsTo: name, subject: name });

/**
 * A user of a PostgreSQL database of Aurora: it is locked and its sessions end, then it is dropped. Only one that the database itself marks as the agent's: any deployer can name any user in a revoker, and no
 * one but who administers the database can mark it.
 */
export const database = handler(settings, ({ clusterArn, secretArn, database: databaseName, objectsTo, subject }, { databaseUser }) => {
  const user = databaseUser({ user: subject, cluster: clusterArn, adminSecret: secretArn, database: databaseName });
  return { look: () => user.look(), suspend: () => user.lock(), resume: () => user.unlock(), revoke: () => user.drop(objectsTo) };
});
