import { CustomResource, Duration } from 'aws-cdk-lib';
import { Construct, IDependable } from 'constructs';
import { REGISTRY_GUARD_RESOURCE_TYPE, SCHEMA_VERSION } from '../../contract/lifecycle-resource';

interface DeletionGuardProps {
  readonly registryName: string;
  /** ARN of the function that reads the ledger. */
  readonly serviceToken: string;
  /** Everything that must not be deleted while agents are living. */
  readonly guarded: IDependable[];
}

/**
 * Prevents the deletion of a registry while agents are living. It depends on everything else, so CloudFormation deletes it first. When its deletion
 * is refused, CloudFormation stops before anything is lost.
 */
export class DeletionGuard extends Construct {
  private readonly resource: CustomResource;

  constructor(scope: Construct, id: string, props: DeletionGuardProps) {
    super(scope, id);
    this.resource = new CustomResource(this, 'Resource', {
      serviceToken: props.serviceToken,
      resourceType: REGISTRY_GUARD_RESOURCE_TYPE,
      serviceTimeout: Duration.minutes(5),
      properties: { SchemaVersion: SCHEMA_VERSION, Registry: props.registryName },
    });
    this.resource.node.addDependency(...props.guarded);
  }

  /** Adds something to be kept. */
  public keep(made: IDependable): void {
    this.resource.node.addDependency(made);
  }
}
