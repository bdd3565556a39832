import { requireAbleToTearDown } from './preflight';
import { requireRevoked } from './revocations';
import { requireNotSuspended } from './suspension';
import { EXIT, exitOf, Outside } from '../outside';
import { programInput } from '../program-input';

const LONGEST_MILLISECONDS = 5 * 60_000;

/** Runs before an agent's account is created. An exit code other than 0 makes Terraform stop there. */
export async function program(outside: Outside): Promise<number> {
  try {
    const { input, api, tokens } = programInput(outside, LONGEST_MILLISECONDS);
    await tokens();
    await requireAbleToTearDown(api, input);
    await requireNotSuspended(api, input);
    await requireRevoked(api, input);
    outside.out(`${input.agentName} (${input.stage}): these credentials can tear it down, in ${input.holders.length + input.ownSecrets.length} places${input.records === undefined ? '' : ', and record it'}`);
    return EXIT.done;
  } catch (error) {
    return exitOf(error, outside, 'PreflightFailed');
  }
}
