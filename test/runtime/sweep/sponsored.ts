import { SweeperOptions, sweeperOf } from './sweeping';
import { EngineConfig } from '../../../runtime/engine/engine';
import { AgendaSettings } from '../../../runtime/model/agenda-settings';
import { SponsorRecord } from '../../../src/core/sponsor-record';
import { WITHOUT_DRIFT } from '../engine/decision/requests';
import { SPONSOR_FUNCTION } from '../engine/fake-directory';
import { World } from '../engine/world';

export const [ADA, LI, OWNER, DEPUTY] = ['ada@example.com', 'li@example.com', 'owner@example.com', 'deputy@example.com'];
export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

export const DEFAULT_OWNER: SponsorRecord = {
  kind: 'team', name: 'Platform', email: 'platform@example.com', accountableName: 'Ola Nord', accountableEmail: OWNER, backupEmail: DEPUTY, id: OWNER, costCenter: 'platform',
};
export const WITH_DIRECTORY: AgendaSettings = { ...WITHOUT_DRIFT, sponsorCheckSeconds: 86_400, defaultOwner: DEFAULT_OWNER };

/** A world whose registry has a directory of people. */
export function sponsoredWorld(config: Partial<EngineConfig> = {}): World {
  return new World({ sponsorFunction: SPONSOR_FUNCTION, agenda: WITH_DIRECTORY, ...config });
}

/** Sweeps every hour for so many hours. */
export async function sweepHours(world: World, hours: number, options: SweeperOptions = {}): Promise<void> {
  for (let hour = 0; hour < hours; hour++) {
    world.fake.now = new Date(world.fake.now.getTime() + HOUR_MS);
    await sweeperOf(world, options).sweep();
  }
}

/** Details of the events of one name. */
export async function detailsOf(world: World, name: string): Promise<Record<string, unknown>[]> {
  const events = await world.fake.engine.ledger.events({ account: '111122223333', agentName: 'invoice-bot' });
  return events.filter(({ type }) => type.split('.')[2] === name).map(({ data }) => (data.unmapped as unknown as { details: Record<string, unknown> }).details);
}
