import { IConstruct } from 'constructs';
import { LEFT, PROGRAM_ENVIRONMENT } from '../../contract/google';
import { OWN_MESSAGE, programPath } from '../teardown/program-files';

/** Records what is deployed when its resource is created. If that fails, Terraform repeats it at the next apply. */
export function recordProvisioner(scope: IConstruct): Record<string, unknown> {
  return { 'local-exec': { interpreter: ['node'], command: programPath(scope, 'record'), environment: { [PROGRAM_ENVIRONMENT.record]: OWN_MESSAGE } } };
}

/** Records that the agent has left when its resource is destroyed. */
export function leaverProvisioner(scope: IConstruct): Record<string, unknown> {
  const environment = { [PROGRAM_ENVIRONMENT.record]: OWN_MESSAGE, [PROGRAM_ENVIRONMENT.recordEvent]: LEFT };
  return { 'local-exec': { when: 'destroy', interpreter: ['node'], command: programPath(scope, 'record'), environment } };
}
