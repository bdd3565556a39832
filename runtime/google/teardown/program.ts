import { accessTokens, endpointFrom, googleApi } from '../api';
import { EXIT, exitOf, Outside } from '../outside';
import { readInput } from './input';
import { complaint, summary } from './render';
import { runTeardown } from './run-teardown';
import { refuseToMoveSuspended } from './suspension';

// A destroy may wait for it; a pipeline's job has an end too.
const LONGEST_MILLISECONDS = 15 * 60_000;

/** Runs the teardown that NHI_TEARDOWN asks for. Answers the exit code: anything but 0 makes Terraform keep the account and say so. */
export async function program(outside: Outside): Promise<number> {
  try {
    const input = readInput(outside.environment.NHI_TEARDOWN);
    const endpoint = endpointFrom(outside.environment.NHI_GOOGLE_ENDPOINT);
    const tokens = accessTokens({ ...outside, endpoint });
    // Before anything is touched: without credentials each of the calls would fail for the same reason.
    await tokens();
    const api = googleApi({ ...outside, endpoint, tokens, deadline: outside.now() + LONGEST_MILLISECONDS });
    await refuseToMoveSuspended(api, input, outside.environment.NHI_STAGE_NOW);
    const report = await runTeardown(api, input);
    outside.out(summary(report));
    if (report.remains.length > 0) {
      outside.err(complaint(report));
      return EXIT.failed;
    }
    return EXIT.done;
  } catch (error) {
    return exitOf(error, outside, 'TeardownFailed');
  }
}
