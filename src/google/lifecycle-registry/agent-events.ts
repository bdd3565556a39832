import { Construct } from 'constructs';
import { ILifecycleRegistry } from './lifecycle-registry-ref';
import { leaverProvisioner, recordProvisioner } from './record-provisioner';
import { RECORD_VERSION, RecordMessage } from '../../contract/google';
import { Expiry } from '../../core';
import { addressesIn, lazily, TerraformData, TerraformStack } from '../cdktf';
import { Roster } from '../teardown/roster';
import { verbatim } from '../terraform-text';

const LONGEST_ACTOR = 200;

interface AgentEventsProps {
  readonly registry: ILifecycleRegistry;
  readonly agentName: string;
  readonly project: string;
  readonly stage: string;
  readonly sponsorId: string;
  readonly expires: Expiry;
  /** A literal, because it must be known after the account was deleted. */
  readonly accountEmail: string;
  /** Known at deployment. */
  readonly accountUniqueId: string;
  readonly lifecycleAddress: string;
  readonly eventsAddress: string;
  readonly leaverAddress: string;
  /** The agent's declaration, known when the stack is rendered. Texts that people wrote are escaped for Terraform. */
  readonly record: () => RecordMessage['record'];
}

/**
 * Reports to the registry what the agent is and what happens to it. A resource that is replaced whenever anything of that changes runs a program. The program writes
 * objects under names that are never used again, because no one can overwrite what the bucket retains. Another resource, which the account depends on, reports that
 * the agent left: Terraform destroys it after the account, and keeps it in a move.
 */
export function tellEvents(scope: Construct, props: AgentEventsProps): void {
  const { registry } = props;
  const input: RecordMessage = {
    version: RECORD_VERSION,
    registry: registry.registryName,
    bucket: registry.bucketName,
    topic: registry.topicName,
    actor: verbatim(actorOf(scope)),
    project: props.project,
    agentName: props.agentName,
    stage: props.stage,
    sponsorId: verbatim(props.sponsorId),
    expires: props.expires.iso,
    accountEmail: props.accountEmail,
  };
  const leaver = new TerraformData(scope, 'Leaver', { input: JSON.stringify(input) });
  leaver.overrideLogicalId(props.leaverAddress);
  Roster.of(scope).runAtDestroy(leaver, props.leaverAddress, leaverProvisioner(scope));
  // If the registry is in the same stack and its names are literals, Terraform would destroy it before it receives the event.
  const own = TerraformStack.of(registry) === TerraformStack.of(scope) ? addressesIn(registry) : [];
  leaver.dependsOn = own.length === 0 ? undefined : own;

  const deployed = lazily(() => JSON.stringify({ ...input, accountUniqueId: props.accountUniqueId, record: props.record() } satisfies RecordMessage));
  // The program runs again after any change. It adds only what is new.
  const events = new TerraformData(scope, 'Events', { input: deployed, triggers_replace: deployed });
  events.overrideLogicalId(props.eventsAddress);
  events.addOverride('provisioner', [recordProvisioner(scope)]);
  events.dependsOn = [props.lifecycleAddress, ...own];
}

/** The stack's path on one line, in characters that the programs accept. */
export function actorOf(scope: Construct): string {
  return [...`terraform:${TerraformStack.of(scope).node.path}`.replace(/\p{C}/gu, '?').normalize('NFC')].slice(0, LONGEST_ACTOR).join('');
}
