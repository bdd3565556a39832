import { IConstruct } from 'constructs';
import { programPath } from './program-files';

/**
 * Runs the teardown when its resource is destroyed. No shell is between Terraform and Node, so it is the same on each system, and nothing needs quoting.
 *
 * @param scope where
 * @param stage the agent's stage, where it still has one: what is destroyed in another one is moving, and not leaving
 */
export function teardownProvisioner(scope: IConstruct, stage?: string): Record<string, unknown> {
  return {
    'local-exec': {
      when: 'destroy',
      interpreter: ['node'],
      command: programPath(scope, 'teardown'),
      // The only reference that Terraform allows here: what was deployed. The rest is of the configuration that is applied.
      environment: { NHI_TEARDOWN: '${self.input}', ...stage === undefined ? {} : { NHI_STAGE_NOW: stage } },
    },
  };
}
