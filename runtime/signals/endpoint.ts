import { isSame, Scope, SCOPES, scopesOf } from './access-tokens';
import { createStream } from './create-stream';
import { ApiEvent, ApiResponse, bodyOf, failed, json } from './http';
import { configurationOf, METADATA, POLL_PATH } from './metadata';
import { poll } from './poll';
import { Endpoint, SHORTEST_SECRET } from './serving';
import { readStatus, updateStatus, verify } from './stream-control';
import { issueToken } from './token-endpoint';
import { SignalStream } from '../../src/contract/signals';

interface Route {
  /** What an access token must be good for. */
  readonly scope: Scope;
  serve(endpoint: Endpoint, stream: SignalStream, event: ApiEvent): Promise<ApiResponse> | ApiResponse;
}

/** What a request may do, on which streams. */
interface Caller {
  readonly streams: readonly SignalStream[];
  readonly scopes: readonly Scope[];
}

/** Receivers that cache it see another key within five minutes. */
const PUBLIC = { 'cache-control': 'public, max-age=300' };

const ROUTES: Readonly<Record<string, Route>> = {
  'GET /streams': { scope: 'ssf.read', serve: async (endpoint, stream) => json(await readConfiguration(endpoint, stream)) },
  'GET /status': { scope: 'ssf.read', serve: readStatus },
  'POST /status': { scope: 'ssf.manage', serve: updateStatus },
  'POST /verification': { scope: 'ssf.manage', serve: verify },
};

/** Answers a receiver. https://openid.net/specs/openid-sharedsignals-framework-1_0.html */
export async function respond(endpoint: Endpoint, event: ApiEvent): Promise<ApiResponse> {
  const { rawPath: path, requestContext: { http: { method } } } = event;
  if (method === 'GET' && Object.hasOwn(METADATA, path)) {
    return json(METADATA[path](endpoint.issuer), PUBLIC);
  }
  if (method === 'GET' && path === '/jwks.json') {
    return json({ keys: await endpoint.publicKeys() }, PUBLIC);
  }
  if (method === 'POST' && path === '/token') {
    return issueToken(endpoint, event);
  }
  const caller = await callerOf(endpoint, event.headers.authorization ?? '');
  if (caller.streams.length === 0) {
    endpoint.warn('a request was refused: no receiver has its token', {});
    // A client whose token has ended gets another one. https://datatracker.ietf.org/doc/html/rfc6750#section-3.1
    const error = /^Bearer /i.test(event.headers.authorization ?? '') ? 'error="invalid_token", ' : '';
    const resource = `Bearer ${error}resource_metadata="${endpoint.issuer}/.well-known/oauth-protected-resource"`;
    return failed(401, 'authentication_failed', 'send the token of your stream, or an access token for it, as a bearer token', { 'www-authenticate': resource });
  }
  return respondTo(endpoint, caller, event, `${method} ${path}`);
}

async function respondTo(endpoint: Endpoint, { streams: mine, scopes }: Caller, event: ApiEvent, route: string): Promise<ApiResponse> {
  const isPoll = route.startsWith(`POST ${POLL_PATH}`);
  const found = Object.hasOwn(ROUTES, route) ? ROUTES[route] : undefined;
  const needed = found?.scope ?? 'ssf.manage';
  if (!scopes.includes('ssf.manage') && !scopes.includes(needed)) {
    // https://datatracker.ietf.org/doc/html/rfc6750#section-3.1
    return failed(403, 'access_denied', `the access token needs the scope ${needed}`, { 'www-authenticate': `Bearer error="insufficient_scope", scope="${needed}"` });
  }
  if (isPoll) {
    const stream = mine.find(({ id, push }) => push === undefined && route === `POST ${POLL_PATH}${id}`);
    return stream === undefined ? notYours() : poll(endpoint, stream, bodyOf(event));
  }
  if (route === 'POST /streams') {
    return createStream(endpoint, mine, event);
  }
  if (found === undefined) {
    return failed(404, 'invalid_request', 'there is nothing at this path for this method');
  }
  const wanted = streamIdIn(event);
  if (wanted === undefined && route === 'GET /streams') {
    return json(await Promise.all(mine.map((one) => readConfiguration(endpoint, one))));
  }
  const stream = mine.find(({ id }) => id === wanted);
  return wanted === undefined ? failed(400, 'invalid_request', 'the request names no stream_id') : stream === undefined ? notYours() : found.serve(endpoint, stream, event);
}

async function readConfiguration({ issuer, signals }: Endpoint, stream: SignalStream): Promise<object> {
  return configurationOf(issuer, stream, await signals.configuration(stream.id));
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

/** The streams whose token the request has, or for which its access token was issued. Every token is compared, in a time that says nothing of how much of it is right. */
async function callerOf({ streams, secret, now }: Endpoint, authorization: string): Promise<Caller> {
  const sent = /^Bearer +([\x21-\x7e]{20,4096})$/i.exec(authorization)?.[1];
  if (sent === undefined) {
    return { streams: [], scopes: [] };
  }
  const read = await Promise.allSettled(streams.map(async ({ id, tokenArn }): Promise<readonly Scope[]> => {
    const token = tokenArn === undefined ? '' : (await secret(tokenArn)).trim();
    return token.length < SHORTEST_SECRET ? [] : isSame(token, sent) ? SCOPES : scopesOf(sent, token, id, now()) ?? [];
  }));
  const granted = read.map((one) => (one.status === 'fulfilled' ? one.value : []));
  const mine = streams.filter((_, index) => granted[index].length > 0);
  const unread = read.find((one) => one.status === 'rejected');
  if (mine.length === 0 && unread !== undefined) {
    throw unread.reason;
  }
  // An access token is for one stream, and a token for all that have it.
  return { streams: mine, scopes: granted.find((scopes) => scopes.length > 0) ?? [] };
}
