import { createHash, timingSafeEqual } from 'node:crypto';
import { SIGNALS } from './event-types';
import { ApiEvent, ApiResponse, bodyOf, failed, json } from './http';
import { poll } from './poll';
import { Endpoint } from './serving';
import { MINIMUM_VERIFICATION_SECONDS, readStatus, updateStatus, verify } from './stream-control';
import { SignalStream } from '../../src/contract/signals';

type Route = (endpoint: Endpoint, stream: SignalStream, event: ApiEvent) => Promise<ApiResponse> | ApiResponse;

const [PUSH, POLL] = ['urn:ietf:rfc:8935', 'urn:ietf:rfc:8936'];
const POLL_PATH = '/poll/';
/** Receivers that cache it see another key within five minutes. */
const PUBLIC = { 'cache-control': 'public, max-age=300' };
const SHORTEST_TOKEN = 20;

const ROUTES: Readonly<Record<string, Route>> = {
  'GET /streams': ({ issuer }, stream) => json(configurationOf(issuer, stream)),
  'GET /status': readStatus,
  'POST /status': updateStatus,
  'POST /verification': verify,
};

/** Answers a receiver. https://openid.net/specs/openid-sharedsignals-framework-1_0.html */
export async function respond(endpoint: Endpoint, event: ApiEvent): Promise<ApiResponse> {
  const { rawPath: path, requestContext: { http: { method } } } = event;
  if (method === 'GET' && path === '/.well-known/ssf-configuration') {
    return json(metadataOf(endpoint.issuer), PUBLIC);
  }
  if (method === 'GET' && path === '/jwks.json') {
    return json({ keys: [await endpoint.publicKey()] }, PUBLIC);
  }
  const mine = await streamsOf(endpoint, event.headers.authorization ?? '');
  if (mine.length === 0) {
    endpoint.warn('a request was refused: no receiver has its token', {});
    return failed(401, 'authentication_failed', 'send the token of your stream as a bearer token', { 'www-authenticate': 'Bearer' });
  }
  return respondTo(endpoint, mine, event, `${method} ${path}`);
}

async function respondTo(endpoint: Endpoint, mine: readonly SignalStream[], event: ApiEvent, route: string): Promise<ApiResponse> {
  if (route.startsWith(`POST ${POLL_PATH}`)) {
    const stream = mine.find(({ id, push }) => push === undefined && route === `POST ${POLL_PATH}${id}`);
    return stream === undefined ? notYours() : poll(endpoint, stream, bodyOf(event));
  }
  if (route === 'POST /streams') {
    return failed(409, 'access_denied', 'the streams of this transmitter are declared where its registry is deployed: read yours with GET');
  }
  const found = ROUTES[route] as Route | undefined;
  if (found === undefined) {
    return failed(404, 'invalid_request', 'there is nothing at this path for this method');
  }
  const wanted = streamIdIn(event);
  if (wanted === undefined && route === 'GET /streams') {
    return json(mine.map((stream) => configurationOf(endpoint.issuer, stream)));
  }
  const stream = mine.find(({ id }) => id === wanted);
  return wanted === undefined ? failed(400, 'invalid_request', 'the request names no stream_id') : stream === undefined ? notYours() : found(endpoint, stream, event);
}

/** A stream of another receiver is as unknown as one that does not exist. */
function notYours(): ApiResponse {
  return failed(404, 'invalid_request', 'you have no such stream');
}

function streamIdIn(event: ApiEvent): string | undefined {
  const sent = event.requestContext.http.method === 'GET' ? event.queryStringParameters : bodyOf(event);
  const { stream_id: id } = (typeof sent === 'object' && sent !== null ? sent : {}) as { stream_id?: unknown };
  return typeof id === 'string' ? id : undefined;
}

/** The streams whose token the request has. Every token is compared, in a time that says nothing of how much of it is right. */
async function streamsOf({ streams, secret }: Endpoint, authorization: string): Promise<SignalStream[]> {
  const sent = /^Bearer +([\x21-\x7e]{20,4096})$/i.exec(authorization)?.[1];
  if (sent === undefined) {
    return [];
  }
  const matches = await Promise.all(streams.map(async ({ tokenArn }) => {
    const token = tokenArn === undefined ? '' : (await secret(tokenArn)).trim();
    return token.length >= SHORTEST_TOKEN && timingSafeEqual(digestOf(token), digestOf(sent));
  }));
  return streams.filter((_, index) => matches[index]);
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function metadataOf(issuer: string): object {
  return {
    spec_version: '1_0',
    issuer,
    jwks_uri: `${issuer}/jwks.json`,
    delivery_methods_supported: [PUSH, POLL],
    configuration_endpoint: `${issuer}/streams`,
    status_endpoint: `${issuer}/status`,
    verification_endpoint: `${issuer}/verification`,
    authorization_schemes: [{ spec_urn: 'urn:ietf:rfc:6750' }],
    default_subjects: 'ALL',
  };
}

function configurationOf(iss: string, { id, audience, push }: SignalStream): object {
  const events = Object.values(SIGNALS);
  return {
    stream_id: id,
    iss,
    aud: audience,
    delivery: push === undefined ? { method: POLL, endpoint_url: `${iss}${POLL_PATH}${id}` } : { method: PUSH, endpoint_url: push.endpoint },
    events_supported: events,
    events_delivered: events,
    min_verification_interval: MINIMUM_VERIFICATION_SECONDS,
  };
}
