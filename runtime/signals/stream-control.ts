import * as z from 'zod';
import { ApiEvent, ApiResponse, bodyOf, empty, failed, json } from './http';
import { Endpoint } from './serving';
import { SignalStream } from '../../src/contract/signals';
import { STREAM_STATUSES } from '../ledger';

export const MINIMUM_VERIFICATION_SECONDS = 60;

const text = (most: number) => z.string().max(most);
const statusBody = z.object({ status: z.enum(STREAM_STATUSES), reason: text(200).optional() });
const verificationBody = z.object({ state: text(1_000).optional() });

export async function readStatus({ signals }: Endpoint, { id }: SignalStream): Promise<ApiResponse> {
  return json({ stream_id: id, ...await signals.status(id) });
}

export async function updateStatus({ signals, warn }: Endpoint, { id }: SignalStream, event: ApiEvent): Promise<ApiResponse> {
  const body = statusBody.safeParse(bodyOf(event));
  if (!body.success) {
    return failed(400, 'invalid_request', `status must be one of ${STREAM_STATUSES.join(', ')}, and reason a text of at most 200 characters`);
  }
  await signals.setStatus(id, body.data);
  warn('a receiver changed the status of its stream', { stream: id, status: body.data.status });
  return json({ stream_id: id, ...body.data });
}

/** The token itself is signed and sent by the next run, within about a minute. */
export async function verify({ signals, now }: Endpoint, { id }: SignalStream, event: ApiEvent): Promise<ApiResponse> {
  const body = verificationBody.safeParse(bodyOf(event));
  if (!body.success) {
    return failed(400, 'invalid_request', 'state must be a text of at most 1000 characters');
  }
  return await signals.requestVerification(id, body.data.state, now(), MINIMUM_VERIFICATION_SECONDS) ? empty(204)
    : failed(429, 'invalid_request', `wait ${MINIMUM_VERIFICATION_SECONDS} seconds between verifications`);
}
