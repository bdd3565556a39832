import { DescribeKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';
import { client } from './clients';
import { required } from './environment';
import { postOrder } from './order-post';
import { ledgerTable } from './table';
import { countOf, logger } from './telemetry';
import { ENVIRONMENT } from '../../src/contract/environment';
import { METRICS } from '../../src/contract/metrics';
import { ASKED_KINDS, REVOKER_ACTIONS, RevokerFunctionSettings, RevokerInvocation, RevokerOrder, RevokerReport } from '../../src/contract/revokers';
import { InvalidInputError } from '../../src/core/errors';
import { AGENT_NAME, REGISTRY_NAME } from '../../src/core/name-forms';
import { AskLedger } from '../ledger';
import { invokeFunction, outbound, Outside, perform, ReadSecret, SigningKeys } from '../revokers';
import { kmsSigner } from '../signals';

const invocation = z.object({ ask: z.uuid() }) satisfies z.ZodType<RevokerInvocation>;
const order = z.object({
  action: z.enum(REVOKER_ACTIONS),
  registry: z.string().regex(REGISTRY_NAME),
  account: z.string().regex(/^\d{12}$/),
  agentName: z.string().regex(AGENT_NAME),
  revoker: z.string().min(1).max(64),
  kind: z.enum(ASKED_KINDS),
  settings: z.record(z.string(), z.union([z.string(), z.array(z.string()), z.record(z.string(), z.string())])),
  seenBefore: z.boolean().optional(),
  since: z.string().max(40).optional(),
}) satisfies z.ZodType<RevokerOrder>;

/**
 * Talks to third parties. What it does is what the engine has stored for it, once: nothing of it is in the event, so nobody can have an order signed, an account removed or a credential sent by invoking
 * it. It reads the secrets whose policies allow it, and of the registry nothing but what it is asked: what a hostile server could make of it ends here.
 *
 * @throws InvalidInputError `AskUnknown` if the engine does not ask that now
 */
export async function revoker(event: unknown): Promise<RevokerReport> {
  const asked = await askedBy(event);
  const report = await perform(outside(), asked);
  const { action, agentName, revoker: id, kind } = asked;
  logger.info('revoker', { action, agent: agentName, revoker: id, kind, outcome: report.outcome, note: report.note });
  return report;
}

async function askedBy(event: unknown): Promise<RevokerOrder> {
  const named = invocation.safeParse(event);
  const taken = named.success ? await new AskLedger(ledgerTable()).take(named.data.ask, new Date()) : undefined;
  if (taken === undefined) {
    countOf(required(ENVIRONMENT.registryName))(METRICS.requestUnconfirmed);
    // Nothing of the event is logged: its content may be hostile.
    logger.warn('refused what the engine did not ask');
    throw new InvalidInputError('AskUnknown', 'the engine does not ask that now: this function acts once on what the engine has stored for it, and on nothing that its caller says');
  }
  return order.parse(taken);
}

function outside(): Outside {
  const { privateHosts } = JSON.parse(required(ENVIRONMENT.revokers)) as RevokerFunctionSettings;
  const now = (): Date => new Date();
  const send = outbound({ privateHosts, now, allowsPlain: process.env.AWS_ENDPOINT_URL !== undefined });
  const invoke: Outside['invoke'] = (functionArn, payload) => invokeFunction(client(LambdaClient), functionArn, payload);
  return { send, readSecret: reader(), keys: signingKeys(), invoke, post: postOrder, now };
}

function signingKeys(): SigningKeys {
  const kms = client(KMSClient);
  return {
    describe: async (keyArn) => {
      const { KeyMetadata: { Arn: arn, Description: description = '' } = {} } = await kms.send(new DescribeKeyCommand({ KeyId: keyArn }));
      return { keyArn: arn!, description };
    },
    sign: (keyArn, text) => kmsSigner(kms, keyArn).sign(text),
  };
}

/** Each secret is read once for each event, so that a rotated one is noticed. */
function reader(): ReadSecret {
  const known = new Map<string, Promise<string>>();
  return (secretArn) => {
    const reading = known.get(secretArn)
      ?? client(SecretsManagerClient).send(new GetSecretValueCommand({ SecretId: secretArn })).then(({ SecretString = '' }) => SecretString);
    known.set(secretArn, reading);
    return reading;
  };
}
