import { IConstruct } from 'constructs';
import { OWN_MESSAGE, programPath } from './program-files';
import { PROGRAM_ENVIRONMENT } from '../../contract/google';

/**
 * Runs the teardown when its resource is destroyed. Terraform starts Node.js without a shell, so the command is the same on each system and needs no
 * quoting.
 *
 * @param scope scope of the resource
 * @param stage the agent's stage, if it still has one: if another stage is destroyed, the agent moves and does not leave
 */
export function teardownProvisioner(scope: IConstruct, stage?: string): Record<string, unknown> {
  return {
    'local-exec': {
      when: 'destroy',
      interpreter: ['node'],
      command: programPath(scope, 'teardown'),
      // The message is what was deployed, through the only reference that Terraform allows here. The other variables come from the configuration that
      // is applied.
      environment: { [PROGRAM_ENVIRONMENT.teardown]: OWN_MESSAGE, ...stage === undefined ? {} : { [PROGRAM_ENVIRONMENT.stageNow]: stage } },
    },
  };
}
