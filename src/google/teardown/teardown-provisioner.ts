import { IConstruct } from 'constructs';
import { programPath } from './program-files';

/**
 * Runs the teardown when its resource is destroyed. No shell is between Terraform and Node, so it is the same on each system, and nothing needs quoting.
 */
export function teardownProvisioner(scope: IConstruct): Record<string, unknown> {
  return {
    'local-exec': {
      when: 'destroy',
      interpreter: ['node'],
      command: programPath(scope, 'teardown'),
      // The only reference that Terraform allows here: what was deployed.
      environment: { NHI_TEARDOWN: '${self.input}' },
    },
  };
}
