import * as z from 'zod';
import { ApiEvent, ApiResponse, bodyOf, failed, json } from './http';
import { configurationOf, deliveredOn, POLL, PUSH, SUPPORTED } from './metadata';
import { Endpoint } from './serving';
import { METRICS } from '../../src/contract/metrics';
import { SignalStream } from '../../src/contract/signals';
import { StreamConfiguration } from '../ledger';

const text = (most: number) => z.string().max(most);
const createBody = z.object({
  // A receiver that says nothing polls.
  delivery: z.object({
    method: z.enum([PUSH, POLL]), endpoint_url: text(500).optional(), authorization_header: text(4_096).optional(),
  }).default({ method: POLL }),
  events_requested: z.array(text(200)).max(50).optional(),
  description: text(200).optional(),
});

/**
 * Creates the stream that is declared for the receiver: where signals go is the deployment's to say, and a request for any other place is refused. It may be repeated, and then sets which events the stream
 * has. https://openid.net/specs/openid-sharedsignals-framework-1_0.html#name-creating-a-stream
 */
export async function createStream({ issuer, signals, warn, count }: Endpoint, mine: readonly SignalStream[], event: ApiEvent): Promise<ApiResponse> {
  const body = createBody.safeParse(bodyOf(event));
  if (!body.success) {
    return failed(400, 'invalid_request', 'the body must be a stream configuration with delivery, events_requested and description as the Shared Signals Framework defines them');
  }
  const { delivery: { method, endpoint_url: url, authorization_header: header }, events_requested: asked, description } = body.data;
  const stream = mine.find(({ push }) => (method === POLL ? push === undefined : push !== undefined && push.endpoint === normal(url)));
  if (stream === undefined || header !== undefined) {
    return failed(403, 'access_denied', 'the delivery method, the endpoint and the header of your stream are declared where the registry is deployed: read them with GET, or have them changed there');
  }
  const requested = asked === undefined ? undefined : SUPPORTED.filter((uri) => asked.includes(uri));
  if (requested?.length === 0) {
    return failed(400, 'invalid_request', `events_requested has none of ${SUPPORTED.join(', ')}`);
  }
  const configuration: StreamConfiguration = {
    ...(requested === undefined ? {} : { requested }), ...(description === undefined ? {} : { description }),
  };
  await signals.setConfiguration(stream.id, configuration);
  const delivered = deliveredOn(configuration);
  if (delivered.length < SUPPORTED.length) {
    // Anyone with the receiver's token can do it, and the others are not kept for it then.
    warn('a receiver asked for some events only', { stream: stream.id, without: SUPPORTED.filter((uri) => !delivered.includes(uri)) });
    count(METRICS.signalUndelivered);
  }
  return { ...json(configurationOf(issuer, stream, configuration)), statusCode: 201 };
}

/** As the construct writes it. */
function normal(url: string | undefined): string | undefined {
  return url !== undefined && URL.canParse(url) ? new URL(url).href : undefined;
}
