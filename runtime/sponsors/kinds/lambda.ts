import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import * as z from 'zod';
import { DIRECTORY_STATUSES } from '../../../src/contract/sponsor-directory';
import { Directory, noAnswer } from '../directory';

const MOST_BYTES = 4_096;
const TIMEOUT_MS = 20_000;
const answer = z.object({ status: z.enum(DIRECTORY_STATUSES), evidence: z.string().optional() });

/** A function of the user: receives `{ email }` and returns `{ status, evidence? }`. Anything else is no answer. */
export function lambdaDirectory(lambda: Pick<LambdaClient, 'send'>, functionArn: string, timeoutMs = TIMEOUT_MS): Directory {
  return async (email) => {
    const question = new InvokeCommand({ FunctionName: functionArn, Payload: JSON.stringify({ email }) });
    const { FunctionError: failure, Payload: payload } = await lambda.send(question, { abortSignal: AbortSignal.timeout(timeoutMs) });
    if (failure !== undefined) {
      return noAnswer('the function of the directory failed');
    }
    const said = answer.safeParse(payload === undefined || payload.byteLength > MOST_BYTES ? undefined : parsed(Buffer.from(payload).toString('utf8')));
    return said.success
      ? { status: said.data.status, evidence: said.data.evidence ?? `the function of the directory says ${said.data.status}` }
      : noAnswer(`the function of the directory returned something else than a status of ${DIRECTORY_STATUSES.join(', ')}`);
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
