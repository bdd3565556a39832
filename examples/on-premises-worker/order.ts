import { errors, importSPKI, jwtVerify } from 'jose';
import { Settings } from './settings';

/** What the registry orders: to remove the account of an agent that has left. */
export interface Order {
  /** The same each time that the order of one leave is sent. */
  readonly id: string;
  /** The registry: `<account>/<name>`. */
  readonly registry: string;
  readonly agentName: string;
  /** Name of the account. */
  readonly subject: string;
  readonly sentAt: Date;
  readonly validUntil: Date;
}

/** Why a message is no order for this worker. */
export class NoOrder extends Error {
  /** @param isOver it was an order, and is no longer valid */
  public constructor(message: string, public readonly isOver: boolean) {
    super(message);
  }
}

const AGENT_NAME = /^[a-z][a-z0-9-]{1,62}$/;

/**
 * Reads an order: signed by the registry, for this worker, and still valid.
 *
 * @throws NoOrder
 */
export async function readOrder(token: string, { signingKey, registry, workerName }: Pick<Settings, 'signingKey' | 'registry' | 'workerName'>, now: Date): Promise<Order> {
  const { payload } = await jwtVerify(token, await importSPKI(signingKey, 'RS256'), {
    algorithms: ['RS256'],
    typ: 'nhi-order+jwt',
    issuer: registry,
    audience: workerName,
    currentDate: now,
    requiredClaims: ['iss', 'aud', 'sub', 'jti', 'iat', 'exp', 'action', 'revoker', 'subject'],
  }).catch((error: Error) => {
    throw new NoOrder(error.message, error instanceof errors.JWTExpired);
  });
  const { jti: id = '', iss = '', sub: agentName = '', iat = 0, exp = 0, action, subject } = payload;
  if (action !== 'revoke' || !AGENT_NAME.test(agentName) || typeof subject !== 'string' || subject === '') {
    throw new NoOrder('its claims are not those of an order to revoke', false);
  }
  return { id, registry: iss, agentName, subject, sentAt: new Date(iat * 1000), validUntil: new Date(exp * 1000) };
}
