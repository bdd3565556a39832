import { InvalidInputError } from '../../src/core/errors';
import { checkResponseUrl, envelope, sendResponse } from '../aws/cloudformation';
import { Fleet } from '../ledger';
import { ledgerTable } from './table';
import { logger } from './telemetry';

const SHOWN = 20;

/** The custom resource that is deleted first when a registry is deleted. It refuses its deletion while agents are living. */
export async function deletionCheck(event: unknown): Promise<void> {
  const { RequestType: kind, ResponseURL: responseUrl, StackId, RequestId, LogicalResourceId, PhysicalResourceId: given } = envelope.parse(event);
  const url = checkResponseUrl(responseUrl, process.env.AWS_ENDPOINT_URL);
  const PhysicalResourceId = given ?? 'deletion-check';
  const refusal = kind === 'Delete' ? await refusalOf() : undefined;
  logger.info('deletion check', { kind, refused: refusal !== undefined });
  const address = { PhysicalResourceId, StackId, RequestId, LogicalResourceId };
  await sendResponse(url, refusal === undefined ? { Status: 'SUCCESS', ...address } : { Status: 'FAILED', Reason: refusal, ...address });
}

async function refusalOf(): Promise<string | undefined> {
  try {
    const living = await new Fleet(ledgerTable()).some(SHOWN + 1);
    if (living.length === 0) {
      return undefined;
    }
    const names = living.slice(0, SHOWN).map(({ agentName, stackName }) => `${agentName} (stack ${stackName})`);
    const count = living.length > SHOWN ? `more than ${SHOWN}` : living.length;
    return new InvalidInputError('RegistryInUse', `${count} agents live in this registry, let them leave first: ${names.join(', ')}${living.length > SHOWN ? ', ...' : ''}`).toString();
  } catch (error) {
    // The ledger was deleted by hand, so there is nothing left to keep.
    if (error instanceof Error && error.name === 'ResourceNotFoundException') {
      return undefined;
    }
    return `LedgerUnreadable: the registry could not read whether agents live: ${error instanceof Error ? error.name : 'an error'}`;
  }
}
