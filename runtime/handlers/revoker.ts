import { LambdaClient } from '@aws-sdk/client-lambda';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { z } from 'zod';
import { client } from './clients';
import { required } from './environment';
import { postOrder } from './order-post';
import { logger } from './telemetry';
import { ENVIRONMENT } from '../../src/contract/environment';
import { REVOKER_ACTIONS, REVOKER_KINDS, RevokerFunctionSettings, RevokerOrder, RevokerReport } from '../../src/contract/revokers';
import { AGENT_NAME, REGISTRY_NAME } from '../../src/core/name-forms';
import { invokeFunction, outbound, Outside, perform, ReadSecret } from '../revokers';

const order = z.object({
  action: z.enum(REVOKER_ACTIONS),
  registry: z.string().regex(REGISTRY_NAME),
  account: z.string().regex(/^\d{12}$/),
  agentName: z.string().regex(AGENT_NAME),
  revoker: z.string().min(1).max(64),
  kind: z.enum(REVOKER_KINDS),
  settings: z.record(z.string(), z.union([z.string(), z.array(z.string()), z.record(z.string(), z.string())])),
  seenBefore: z.boolean().optional(),
  since: z.string().max(40).optional(),
}) satisfies z.ZodType<RevokerOrder>;

/**
 * Talks to third parties. It reads the secrets whose policies allow it, and has no access to the ledger, to agents or to anything else of the registry: what a hostile server could make of it ends here.
 */
export async function revoker(event: unknown): Promise<RevokerReport> {
  const asked = order.parse(event);
  const report = await perform(outside(), asked);
  const { action, agentName, revoker: id, kind } = asked;
  logger.info('revoker', { action, agent: agentName, revoker: id, kind, outcome: report.outcome, note: report.note });
  return report;
}

function outside(): Outside {
  const { privateHosts } = JSON.parse(required(ENVIRONMENT.revokers)) as RevokerFunctionSettings;
  const now = (): Date => new Date();
  const send = outbound({ privateHosts, now, allowsPlain: process.env.AWS_ENDPOINT_URL !== undefined });
  const invoke: Outside['invoke'] = (functionArn, payload) => invokeFunction(client(LambdaClient), functionArn, payload);
  return { send, readSecret: reader(), invoke, post: postOrder, now };
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
