import { SCOPES } from './access-tokens';
import { SIGNALS } from './event-types';
import { MINIMUM_VERIFICATION_SECONDS } from './stream-control';
import { SignalStream } from '../../src/contract/signals';
import { StreamConfiguration } from '../ledger';

export const [PUSH, POLL] = ['urn:ietf:rfc:8935', 'urn:ietf:rfc:8936'] as const;
export const POLL_PATH = '/poll/';

/** What anyone may read, by path. */
export const METADATA: Readonly<Record<string, (issuer: string) => object>> = {
  // https://openid.net/specs/openid-sharedsignals-framework-1_0.html#name-transmitter-configuration-m
  '/.well-known/ssf-configuration': (issuer) => ({
    spec_version: '1_0',
    issuer,
    jwks_uri: `${issuer}/jwks.json`,
    delivery_methods_supported: [PUSH, POLL],
    configuration_endpoint: `${issuer}/streams`,
    status_endpoint: `${issuer}/status`,
    verification_endpoint: `${issuer}/verification`,
    authorization_schemes: [{ spec_urn: 'urn:ietf:rfc:6749' }, { spec_urn: 'urn:ietf:rfc:6750' }],
    default_subjects: 'ALL',
  }),
  // https://datatracker.ietf.org/doc/html/rfc8414
  '/.well-known/oauth-authorization-server': (issuer) => ({
    issuer,
    token_endpoint: `${issuer}/token`,
    grant_types_supported: ['client_credentials'],
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
    response_types_supported: [],
    scopes_supported: SCOPES,
  }),
  // https://datatracker.ietf.org/doc/html/rfc9728
  '/.well-known/oauth-protected-resource': (issuer) => ({
    resource: issuer, authorization_servers: [issuer], scopes_supported: SCOPES, bearer_methods_supported: ['header'],
  }),
};

/** All events that a stream can have. */
export const SUPPORTED: readonly string[] = Object.values(SIGNALS);

/** Those that a stream has: what its receiver asked for, or all. */
export function deliveredOn({ requested }: StreamConfiguration): string[] {
  return SUPPORTED.filter((uri) => requested?.includes(uri) ?? true);
}

/** https://openid.net/specs/openid-sharedsignals-framework-1_0.html#name-stream-configuration */
export function configurationOf(iss: string, { id, audience, push }: SignalStream, configuration: StreamConfiguration): object {
  const { requested, description } = configuration;
  return {
    stream_id: id,
    iss,
    aud: audience,
    delivery: push === undefined ? { method: POLL, endpoint_url: `${iss}${POLL_PATH}${id}` } : { method: PUSH, endpoint_url: push.endpoint },
    events_supported: SUPPORTED,
    ...(requested === undefined ? {} : { events_requested: requested }),
    events_delivered: deliveredOn(configuration),
    min_verification_interval: MINIMUM_VERIFICATION_SECONDS,
    ...(description === undefined ? {} : { description }),
  };
}
