import { findOrphans } from './orphans';
import { pageOfSweep } from './page';
import { planSweep } from './plan';
import { Sweep, Sweeper, SweepInput, SweepPage, SweepPlan } from './sweep';
import { InvalidInputError, RetryableError } from '../../src/core/errors';

/**
 * Does one step of a sweep. Each step may be repeated, and two sweeps may run at the same time: the engine decides about each agent again. What a sweep may do is in the ledger since its plan, because
 * everybody who may invoke the function could say something else. Of its input, only the page to continue with is used.
 *
 * @throws InvalidInputError `SweepNotRunning` if no sweep runs under that name: each one has a limit of its own, so nobody may invent further ones
 * @throws RetryableError `SweepNotPlanned` for a step before its plan
 */
export async function runSweepStep(sweeper: Sweeper, { step, execution, sweep }: SweepInput): Promise<Sweep | SweepPage> {
  const { sweeps, isRunning, now } = sweeper;
  if (!await isRunning(execution)) {
    throw new InvalidInputError('SweepNotRunning', `no sweep runs as ${execution}: EventBridge Scheduler starts sweeps, and nothing else needs to`);
  }
  const known = await sweeps.planned<SweepPlan>(execution);
  if (step === 'Plan') {
    return known ?? await sweeps.plan(execution, await planSweep(sweeper), now());
  }
  if (known === undefined) {
    throw new RetryableError('SweepNotPlanned', `the sweep ${execution} has no plan yet, and can't do the step ${step}`);
  }
  const planned: Sweep = { ...known, ...(sweep?.next === undefined ? {} : { next: sweep.next }) };
  switch (step) {
    case 'Page': return pageOfSweep(sweeper, planned, execution);
    case 'Close':
      // Only now every agent was looked at with these settings.
      await sweeps.setSettings(planned.settings);
      return planned;
    case 'Orphans':
      await findOrphans(sweeper);
      return planned;
  }
}
