import { findOrphans } from './orphans';
import { pageOfSweep } from './page';
import { planSweep } from './plan';
import { Sweep, Sweeper, SweepInput, SweepPage } from './sweep';

/** Does one step of a sweep. Each step may be repeated, and two sweeps may run at the same time: the engine decides about each agent again. */
export async function runSweepStep(sweeper: Sweeper, { step, execution, sweep }: SweepInput): Promise<Sweep | SweepPage> {
  switch (step) {
    case 'Plan': return planSweep(sweeper);
    case 'Page': return pageOfSweep(sweeper, sweep!, execution);
    case 'Close':
      // Only now every agent was looked at with these settings.
      await sweeper.sweeps.setSettings(sweep!.settings);
      return sweep!;
    case 'Orphans':
      await findOrphans(sweeper);
      return sweep!;
  }
}
