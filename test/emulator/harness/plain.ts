import { Keys } from './cloud';
import { PlainCalls } from '../../../runtime/aws/plain-calls';

interface CallerConfig { readonly endpoint: string; readonly region: string; readonly credentials: Keys }

/** Calls of services that the project has no client of. */
export function plainCalls({ endpoint, region, credentials }: CallerConfig): PlainCalls {
  return new PlainCalls({
    region: async () => region, credentials: async () => credentials, dnsSuffix: '', endpoint: async () => endpoint, now: () => new Date(), pause: async () => undefined,
  });
}
