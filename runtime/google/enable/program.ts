import { enableAgent } from './enable-agent';
import { PROGRAM_ENVIRONMENT } from '../../../src/contract/google';
import { EXIT, exitOf, Outside } from '../outside';
import { programInput } from '../program-input';

const LONGEST_MILLISECONDS = 5 * 60_000;

/** Runs before an agent acts in a stage. Returns the exit code. A code other than 0 makes Terraform repeat the program at the next apply. */
export async function program(outside: Outside): Promise<number> {
  try {
    const { input, api } = programInput(outside, LONGEST_MILLISECONDS);
    outside.out(await enableAgent(api, input, outside.environment[PROGRAM_ENVIRONMENT.description] ?? ''));
    return EXIT.done;
  } catch (error) {
    return exitOf(error, outside, 'EnableFailed');
  }
}
