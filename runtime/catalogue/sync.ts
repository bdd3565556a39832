import { nextStep } from './next-step';
import { CatalogueRecords } from './records';
import { wantedFor } from './wanted';
import { CatalogueSettings, recordName } from '../../src/contract/catalogue';
import { RetryableError } from '../../src/core/errors';
import { Placement } from '../../src/core/lifecycle-event';
import { PlacementLedger } from '../ledger';

/** What keeps AWS Agent Registry in step needs. */
export interface Catalogue {
  readonly registryName: string;
  readonly settings: CatalogueSettings;
  readonly placements: Pick<PlacementLedger, 'state'>;
  readonly records: CatalogueRecords;
  now(): Date;
  pause(milliseconds: number): Promise<void>;
}

/** A new record with its approval takes five, with a wait after each change. */
const MOST_STEPS = 12;
/** Waits grow up to the last. All of them are less than the function may take. */
const PAUSES_MS = [1_000, 2_000, 4_000, 8_000];
/** Another run was faster, or the list does not have yet, or still has, what changed a moment ago. */
const OVERTAKEN = ['ConflictException', 'ResourceNotFoundException'];

/**
 * Makes the record of an agent say what the ledger says now, whatever the occasion. State and record are read again after each change, and it ends only when both are the same: of several runs at
 * once, also the last one that changes something sees the latest state after its change.
 *
 * @throws RetryableError `CatalogueUnsettled` if the record is not as it should be after some seconds
 */
export async function syncAgent(catalogue: Catalogue, placement: Placement): Promise<void> {
  const { registryName, settings, placements, records, now, pause } = catalogue;
  const name = recordName(registryName, placement);
  let waits = 0;
  const wait = (): Promise<void> => pause(PAUSES_MS[Math.min(waits++, PAUSES_MS.length - 1)]);
  for (let step = 0; step < MOST_STEPS; step++) {
    const wanted = wantedFor(registryName, await placements.state(placement), settings);
    try {
      const found = await records.find(name);
      const next = nextStep(wanted, found, now(), settings.deleteAfterSeconds);
      if (next === 'done') {
        return;
      }
      if (next === 'wait') {
        await wait();
      } else if (wanted.kind === 'listed' && next === 'create') {
        await records.create(name, wanted.content);
      } else if (wanted.kind === 'listed' && next === 'update') {
        await records.update(found!.id, wanted.content);
      } else if (next === 'submit') {
        await records.submit(found!.id);
      } else if (next === 'deprecate') {
        await records.deprecate(found!.id, `${placement.agentName} is no agent of the registry ${registryName} any more`);
      } else {
        await records.delete(found!.id);
      }
    } catch (error) {
      if (!(error instanceof Error) || !OVERTAKEN.includes(error.name)) {
        throw error;
      }
      await wait();
    }
  }
  throw new RetryableError('CatalogueUnsettled', `the record ${name} is not as it should be after ${MOST_STEPS} steps: AWS Agent Registry is still at work, or somebody changes the record; it is tried again`);
}
