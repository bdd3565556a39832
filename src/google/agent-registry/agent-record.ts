import { createHash } from 'node:crypto';
import { Construct } from 'constructs';
import { IAgentRegistry } from './agent-registry-ref';
import { canonicalJson, JsonValue } from '../../core/canonical-json';
import { addressesIn, asRendered, lazily, TerraformStack } from '../cdktf';
import { StorageBucketObject } from '../provider';

export interface AgentRecordProps {
  readonly registry: IAgentRegistry;
  readonly agentName: string;
  readonly project: string;
  readonly address: string;
  /** The record, made when the stack is rendered. */
  readonly record: () => { readonly [key: string]: JsonValue };
}

/**
 * What the agent is, as a document in the registry's bucket. Its name is made of its content: a change is another object, and the former, which nobody can delete
 * before its time, is left where it is.
 */
export function recordAgent(scope: Construct, { registry, agentName, project, address, record }: AgentRecordProps): void {
  const content = lazily(() => asRendered(scope, canonicalJson(record())));
  const object = new StorageBucketObject(scope, 'Record', {
    bucket: registry.bucketName,
    name: lazily(() => `agents/${project.replace(':', '/')}/${agentName}/${digest(asRendered(scope, canonicalJson(record())))}.json`),
    content,
    contentType: 'application/json',
    deletionPolicy: 'ABANDON',
  });
  object.overrideLogicalId(address);
  const own = TerraformStack.of(registry) === TerraformStack.of(scope) ? addressesIn(registry) : [];
  object.dependsOn = [`terraform_data.${address}`, ...own];
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
