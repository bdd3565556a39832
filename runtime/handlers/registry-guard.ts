import { ledgerTable } from './table';
import { logger } from './telemetry';
import { InvalidInputError } from '../../src/core/errors';
import { checkResponseUrl, envelope, sendAnswer } from '../custom-resource';
import { PlacementLedger } from '../ledger';

const SHOWN = 20;

/** The custom resource that goes first when a registry is deleted, and refuses while agents live. */
export async function registryGuard(event: unknown): Promise<void> {
  const { RequestType: kind, ResponseURL: responseUrl, StackId, RequestId, LogicalResourceId, PhysicalResourceId: given } = envelope.parse(event);
  const url = checkResponseUrl(responseUrl, process.env.AWS_ENDPOINT_URL);
  const PhysicalResourceId = given ?? 'registry-guard';
  const refusal = kind === 'Delete' ? await refusalOf() : undefined;
  logger.info('registry guard', { kind, refused: refusal !== undefined });
  const address = { PhysicalResourceId, StackId, RequestId, LogicalResourceId };
  await sendAnswer(url, refusal === undefined ? { Status: 'SUCCESS', ...address } : { Status: 'FAILED', Reason: refusal, ...address });
}

async function refusalOf(): Promise<string | undefined> {
  try {
    const living = (await new PlacementLedger(ledgerTable()).fleet()).filter(({ status }) => status !== 'left');
    if (living.length === 0) {
      return undefined;
    }
    const names = living.slice(0, SHOWN).map(({ agentName, stackName }) => `${agentName} (stack ${stackName})`);
    return new InvalidInputError('RegistryInUse', `${living.length} agents live in this registry, let them leave first: ${names.join(', ')}${living.length > SHOWN ? ', ...' : ''}`).toString();
  } catch (error) {
    // The ledger was deleted by hand, so there is nothing left to guard.
    if (error instanceof Error && error.name === 'ResourceNotFoundException') {
      return undefined;
    }
    return `LedgerUnreadable: whether agents live can't be told: ${error instanceof Error ? error.name : 'an error'}`;
  }
}
