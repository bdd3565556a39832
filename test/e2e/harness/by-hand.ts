import { InvokeCommand } from '@aws-sdk/client-lambda';
import { LocalAws } from './local-aws';

/** Invokes a function of the registry as an administrator of the account does. Returns what it returned, or the message of its failure. */
export async function invokedByHand({ lambda }: LocalAws, FunctionName: string, payload: object): Promise<unknown> {
  const { FunctionError: failure, Payload: answer } = await lambda.send(new InvokeCommand({ FunctionName, Payload: JSON.stringify(payload) }));
  const said = JSON.parse(Buffer.from(answer ?? 'null').toString('utf8')) as unknown;
  return failure === undefined ? said : (said as { readonly errorMessage?: string }).errorMessage;
}
