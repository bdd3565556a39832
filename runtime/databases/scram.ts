import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';

/** As PostgreSQL does by itself. https://www.postgresql.org/docs/current/runtime-config-connection.html#GUC-SCRAM-ITERATIONS */
const ITERATIONS = 4_096;
const KEY_BYTES = 32;

/** What PostgreSQL keeps of a password, in its parts. https://www.postgresql.org/docs/current/catalog-pg-authid.html */
export interface ScramVerifier {
  /** `SCRAM-SHA-256$<iterations>` */
  readonly method: string;
  /** Salt and keys, in Base64. */
  readonly salt: string;
  readonly storedKey: string;
  readonly serverKey: string;
}

/**
 * What PostgreSQL keeps of a password. The password itself is never part of a statement, which logs and statistics of the database would show. RFC 5802.
 *
 * @param password ASCII, which SASLprep leaves as it is
 */
export function scramVerifier(password: string, salt: Buffer): ScramVerifier {
  const salted = pbkdf2Sync(password, salt, ITERATIONS, KEY_BYTES, 'sha256');
  const keyOf = (text: string): Buffer => createHmac('sha256', salted).update(text).digest();
  return {
    method: `SCRAM-SHA-256$${ITERATIONS}`,
    salt: salt.toString('base64'),
    storedKey: createHash('sha256').update(keyOf('Client Key')).digest('base64'),
    serverKey: keyOf('Server Key').toString('base64'),
  };
}
