import { Construct } from 'constructs';
import { IAgentRegistry } from './agent-registry-ref';
import { leaverProvisioner, recordProvisioner } from './record-provisioner';
import { Expiry } from '../../core';
import { addressesIn, TerraformData, TerraformStack, verbatim } from '../cdktf';

export interface AgentEventsProps {
  readonly registry: IAgentRegistry;
  readonly agentName: string;
  readonly project: string;
  readonly stage: string;
  readonly sponsorId: string;
  readonly expires: Expiry;
  /** Written out: it must be known when the account is gone. */
  readonly accountEmail: string;
  /** Known at deployment. */
  readonly accountUniqueId: string;
  readonly lifecycleAddress: string;
  readonly eventsAddress: string;
  readonly leaverAddress: string;
}

/**
 * Tells the registry what happens to an agent. What it is told is made of a resource that is replaced when stage, account, sponsor or end change. That it has left is
 * told by another, which the account depends on: it is destroyed when the account is gone, and stays where it is over a move.
 */
export function tellEvents(scope: Construct, props: AgentEventsProps): void {
  const { registry } = props;
  const input = {
    version: 1,
    registry: registry.registryName,
    bucket: registry.bucketName,
    topic: registry.topicName,
    actor: `terraform:${TerraformStack.of(scope).node.path}`,
    project: props.project,
    agentName: props.agentName,
    stage: props.stage,
    sponsorId: verbatim(props.sponsorId),
    expires: props.expires.iso,
    accountEmail: props.accountEmail,
  };
  const leaver = new TerraformData(scope, 'Leaver', { input: JSON.stringify(input) });
  leaver.overrideLogicalId(props.leaverAddress);
  leaver.addOverride('provisioner', [leaverProvisioner(scope)]);
  // Named literally, a registry of the same stack would be destroyed before it is told.
  const own = TerraformStack.of(registry) === TerraformStack.of(scope) ? addressesIn(registry) : [];
  leaver.dependsOn = own.length === 0 ? undefined : own;

  const events = new TerraformData(scope, 'Events', {
    input: JSON.stringify({ ...input, accountUniqueId: props.accountUniqueId }),
    triggers_replace: JSON.stringify([props.stage, verbatim(props.sponsorId), props.expires.iso, props.accountUniqueId]),
  });
  events.overrideLogicalId(props.eventsAddress);
  events.addOverride('provisioner', [recordProvisioner(scope)]);
  events.dependsOn = [props.lifecycleAddress, ...own];
}
