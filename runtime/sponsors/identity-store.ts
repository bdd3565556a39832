import { SignatureV4 } from '@smithy/signature-v4';
import { FETCH_LIMITS, fetchJson, FetchLimits } from './fetch-json';
import { IdentityStoreCall } from './kinds/identity-center';

/** What a client of any AWS service is configured with. */
export type SigningConfig = Pick<ConstructorParameters<typeof SignatureV4>[0], 'credentials'> & { readonly sha256: NonNullable<ConstructorParameters<typeof SignatureV4>[0]['sha256']> };

export interface IdentityStoreOptions {
  readonly region: string;
  readonly signing: SigningConfig;
  readonly pause: (milliseconds: number) => Promise<void>;
  /** Replaces the service's endpoint. */
  readonly endpoint?: string;
  readonly limits?: FetchLimits;
}

const ATTEMPTS = 3;
const FIRST_PAUSE_MS = 200;

/** Two calls of the Identity Store, signed here, so that no whole client of the service is bundled for them. */
export function identityStore({ region, signing, pause, endpoint, limits = FETCH_LIMITS }: IdentityStoreOptions): IdentityStoreCall {
  const signer = new SignatureV4({ service: 'identitystore', region, ...signing });
  const url = new URL(endpoint ?? `https://identitystore.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}/`);
  return async (operation, input) => {
    const body = JSON.stringify(input);
    for (let attempt = 1; ; attempt++) {
      const { headers } = await signer.sign({
        method: 'POST',
        protocol: url.protocol,
        hostname: url.hostname,
        ...(url.port === '' ? {} : { port: Number(url.port) }),
        path: '/',
        headers: { 'host': url.host, 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `AWSIdentityStore.${operation}` },
        body,
      });
      // The client sets it from the URL.
      const { host: _host, ...others } = headers;
      const { status, json } = await fetchJson(url, { method: 'POST', headers: others, body }, limits);
      const output = (typeof json === 'object' && json !== null ? json : {}) as Record<string, unknown>;
      const error = status === 200 ? undefined : errorName(output) ?? `it responded ${status}`;
      const isTemporary = status >= 500 || error === 'ThrottlingException';
      if (!isTemporary || attempt === ATTEMPTS) {
        return error === undefined ? { output } : { error, output };
      }
      await pause(FIRST_PAUSE_MS * 2 ** attempt);
    }
  };
}

/** The type may have a namespace before it. */
function errorName({ __type: type }: Record<string, unknown>): string | undefined {
  return typeof type === 'string' ? /(?:^|#)([A-Za-z]{1,64})$/.exec(type)?.[1] : undefined;
}
