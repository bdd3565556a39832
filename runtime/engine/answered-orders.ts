import { Engine } from './engine';
import { HeardAnswer, orderId, saysRemoved } from '../../src/contract/orders';
import { Placement } from '../../src/core/lifecycle-event';
import { OrderLedger } from '../ledger';
import { RevocationRecord } from '../model/revocation';

/** Whether a worker on premises was asked, who may answer at any time. */
export function isOrdered({ revoker: { kind }, acted }: RevocationRecord): boolean {
  return kind === 'queue' && acted === true;
}

/** What the worker has answered to the order of this revocation, and of no other. */
export async function answerTo(engine: Engine, { account, agentName }: Placement, record: RevocationRecord): Promise<HeardAnswer | undefined> {
  const { revoker: { id: revoker, settings }, since } = record;
  const { config: { registry }, table } = engine;
  return isOrdered(record) ? new OrderLedger(table).answer(orderId({ registry, account, agentName, revoker, settings, since })) : undefined;
}

/** The revocation with what the worker saw. Only a look of the worker after its work closes it. */
export function withAnswer(record: RevocationRecord, answer: HeardAnswer): RevocationRecord {
  const { worker, at, found, now, failure } = answer;
  const seen = found === undefined || (record.found !== undefined && record.found !== 'absent') ? {} : { found };
  if (saysRemoved(answer)) {
    const { tryAt: _next, waits: _waits, ...rest } = record;
    return { ...rest, ...seen, note: `the worker ${worker} saw that the access is absent`, confirmed: { at, worker } };
  }
  return { ...record, ...seen, note: `the worker ${worker} reported ${failure ?? `that the access is ${now ?? 'unknown'}`} at ${at}` };
}
