import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { errorName, NotDone } from './not-done';

const MOST_BYTES = 4_096;
const TIMEOUT_MS = 20_000;

/**
 * Invokes a function of the user.
 *
 * @throws NotDone if it fails, takes too long, or returns no JSON
 */
export async function invokeFunction(
  lambda: Pick<LambdaClient, 'send'>, functionArn: string, payload: object, timeoutMs = TIMEOUT_MS,
): Promise<unknown> {
  const command = new InvokeCommand({ FunctionName: functionArn, Payload: JSON.stringify(payload) });
  const within = { abortSignal: AbortSignal.timeout(timeoutMs) };
  const { FunctionError: failure, Payload: answer } = await lambda.send(command, within).catch((error: unknown) => {
    throw new NotDone(`the function could not be invoked (${errorName(error)})`);
  });
  if (failure !== undefined) {
    throw new NotDone('the function failed');
  }
  try {
    return JSON.parse(answer === undefined || answer.byteLength > MOST_BYTES ? '' : Buffer.from(answer).toString('utf8'));
  } catch {
    throw new NotDone(`the function returned no JSON of up to ${MOST_BYTES} bytes`);
  }
}
