import { aws_events as events } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { LifecycleRegistryBase, LifecycleRegistryReferenceProps } from './registry-base';

/** A registry of another stack or app, known only by its name. */
export class LifecycleRegistryReference extends LifecycleRegistryBase {
  public readonly eventBus: events.IEventBus;

  constructor(scope: Construct, id: string, registryName: string, props: LifecycleRegistryReferenceProps) {
    super(scope, id, registryName, props);
    this.eventBus = events.EventBus.fromEventBusArn(this, 'Bus', this._facts.names.busArn(this._facts.place));
  }
}
