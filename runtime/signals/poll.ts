import * as z from 'zod';
import { errorIn } from './deliver';
import { ApiResponse, failed, json } from './http';
import { Endpoint } from './serving';
import { JTI } from './tokens';
import { METRICS } from '../../src/contract/metrics';
import { SignalStream } from '../../src/contract/signals';

/** Tokens of one response: far less than the 6 MB that Lambda allows. */
const MOST = 100;
const MOST_ACKNOWLEDGED = 1_000;
const AT_ONCE = 25;

/** https://datatracker.ietf.org/doc/html/rfc8936#section-2.2 */
const pollBody = z.object({
  maxEvents: z.int().min(0).default(MOST),
  returnImmediately: z.boolean().optional(),
  ack: z.array(z.string()).max(MOST_ACKNOWLEDGED).default([]),
  setErrs: z.record(z.string(), z.unknown()).default({}),
});

/** Takes acknowledgements, then hands out what waits, the earliest first. It never waits for new signals: a receiver that gets none polls again after a pause. */
export async function poll(endpoint: Endpoint, { id }: SignalStream, sent: unknown): Promise<ApiResponse> {
  const { signals } = endpoint;
  const body = pollBody.safeParse(sent);
  if (!body.success || Object.keys(body.data.setErrs).length > MOST_ACKNOWLEDGED) {
    return failed(400, 'invalid_request', `the body must be JSON with maxEvents, returnImmediately, ack and setErrs as RFC 8936 defines them, and at most ${MOST_ACKNOWLEDGED} tokens in each`);
  }
  const { maxEvents, ack, setErrs } = body.data;
  Object.entries(setErrs).forEach(([jti, error]) => reportError(endpoint, id, jti, error));
  await discardAll(endpoint, id, [...ack, ...Object.keys(setErrs)]);
  const most = Math.min(maxEvents, MOST);
  if (most === 0 || (await signals.status(id)).status !== 'enabled') {
    return json({ sets: {} });
  }
  const { signals: waiting, next } = await signals.waiting(id, most);
  return json({ sets: Object.fromEntries(waiting.map(({ jti, set }) => [jti, set])), ...(next === undefined ? {} : { moreAvailable: true }) });
}

/** The receiver has the token and can't use it. To send it again would not help: a person has to look. */
function reportError({ warn, count }: Endpoint, stream: string, jti: string, error: unknown): void {
  warn('a receiver reported a signal as invalid', { stream, jti: JTI.test(jti) ? jti : 'none of ours', error: errorIn(error) });
  count(METRICS.signalUndelivered);
}

async function discardAll({ signals }: Endpoint, streamId: string, jtis: readonly string[]): Promise<void> {
  const known = [...new Set(jtis)].filter((jti) => JTI.test(jti));
  for (let start = 0; start < known.length; start += AT_ONCE) {
    await Promise.all(known.slice(start, start + AT_ONCE).map((jti) => signals.discard(streamId, jti)));
  }
}
