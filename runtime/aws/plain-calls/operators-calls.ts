import { setTimeout as pause } from 'node:timers/promises';
import { PlainCalls, PlainConfig } from './plain-calls';

/** Calls with an operator's own credentials, in one region. */
export function operatorsCalls(partition: string, region: string, credentials: PlainConfig['credentials']): PlainCalls {
  const endpoint = process.env.AWS_ENDPOINT_URL;
  return new PlainCalls({
    region: async () => region,
    credentials,
    dnsSuffix: partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com',
    ...(endpoint === undefined ? {} : { endpoint }),
    now: () => new Date(),
    pause: async (milliseconds) => pause(milliseconds),
  });
}
