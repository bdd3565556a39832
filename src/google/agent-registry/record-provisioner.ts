import { IConstruct } from 'constructs';
import { programPath } from '../teardown/program-files';

/** Tells the registry, when its resource is made, what is deployed. Where that fails, Terraform does it again at the next apply. */
export function recordProvisioner(scope: IConstruct): Record<string, unknown> {
  return { 'local-exec': { interpreter: ['node'], command: programPath(scope, 'record'), environment: { NHI_RECORD: '${self.input}' } } };
}

/** Tells the registry, when its resource is destroyed, that the agent has left. */
export function leaverProvisioner(scope: IConstruct): Record<string, unknown> {
  return {
    'local-exec': { when: 'destroy', interpreter: ['node'], command: programPath(scope, 'record'), environment: { NHI_RECORD: '${self.input}', NHI_RECORD_EVENT: 'left' } },
  };
}
