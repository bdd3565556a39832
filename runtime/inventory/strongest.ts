import { InventoryRow } from './model';
import { Power, POWER_LEVELS } from '../../src/core/identities/power';

/** The power of the most powerful of the roles. None if there are none. */
export function strongest(rows: readonly InventoryRow[]): Power {
  return rows.map(({ power }) => power).reduce<Power>((most, power) => (
    POWER_LEVELS.indexOf(power.level) < POWER_LEVELS.indexOf(most.level) ? power : most), { level: 'none', statements: [] });
}
