import { aws_events as events } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { AgentRegistryBase, AgentRegistryReferenceProps } from './registry-base';

/** A registry of another stack or app, known by its name alone. */
export class AgentRegistryReference extends AgentRegistryBase {
  public readonly eventBus: events.IEventBus;

  constructor(scope: Construct, id: string, registryName: string, props: AgentRegistryReferenceProps) {
    super(scope, id, registryName, props);
    this.eventBus = events.EventBus.fromEventBusArn(this, 'Bus', this._names.busArn(this._place));
  }
}
