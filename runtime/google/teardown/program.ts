import { EXIT, exitOf, Outside } from '../outside';
import { programInput } from '../program-input';
import { recordFound, recordTeardown } from '../proof';
import { complaint, summary } from './render';
import { runTeardown } from './run-teardown';
import { refuseToMoveSuspended } from './suspension';
import { PROGRAM_ENVIRONMENT } from '../../../src/contract/google';

// A destroy can wait for this long. A pipeline's job has a time limit as well.
const LONGEST_MILLISECONDS = 15 * 60_000;

/** Runs the teardown in NHI_TEARDOWN. Returns the exit code. A code other than 0 makes Terraform keep the account and report the failure. */
export async function program(outside: Outside): Promise<number> {
  try {
    const { input, api, tokens } = programInput(outside, LONGEST_MILLISECONDS);
    // Gets a token before anything is changed: without credentials each call would fail for the same reason.
    await tokens();
    // Set if the agent is still configured. If the stage differs, the agent moves.
    const stageNow = outside.environment[PROGRAM_ENVIRONMENT.stageNow];
    const moves = stageNow !== undefined && stageNow !== '' && stageNow !== input.stage;
    if (moves) {
      await refuseToMoveSuspended(api, input, stageNow);
    }
    const movesTo = moves ? stageNow : undefined;
    const report = await runTeardown(api, input, moves, (found) => recordFound(api, found, movesTo));
    outside.out(summary(report));
    if (report.remains.length > 0) {
      outside.err(complaint(report));
    }
    await recordTeardown(api, report, movesTo);
    return report.remains.length > 0 ? EXIT.failed : EXIT.done;
  } catch (error) {
    return exitOf(error, outside, 'TeardownFailed');
  }
}
