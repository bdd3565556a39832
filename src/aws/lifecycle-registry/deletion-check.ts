import { CustomResource, Duration } from 'aws-cdk-lib';
import { Construct, IDependable } from 'constructs';
import { DELETION_CHECK_RESOURCE_TYPE, SCHEMA_VERSION } from '../../contract/lifecycle-resource';

interface DeletionCheckProps {
  readonly registryName: string;
  /** ARN of the function that reads the ledger. */
  readonly serviceToken: string;
  /** Everything that must not be deleted while agents are living. */
  readonly kept: IDependable[];
}

/**
 * Prevents the deletion of a registry while agents are living. It depends on everything else, so CloudFormation deletes it first. When its deletion
 * is refused, CloudFormation stops before anything is lost.
 */
export class DeletionCheck extends Construct {
  private readonly resource: CustomResource;

  constructor(scope: Construct, id: string, props: DeletionCheckProps) {
    super(scope, id);
    this.resource = new CustomResource(this, 'Resource', {
      serviceToken: props.serviceToken,
      resourceType: DELETION_CHECK_RESOURCE_TYPE,
      serviceTimeout: Duration.minutes(5),
      properties: { SchemaVersion: SCHEMA_VERSION, Registry: props.registryName },
    });
    this.resource.node.addDependency(...props.kept);
  }

  /** Adds something to be kept. */
  public keep(made: IDependable): void {
    this.resource.node.addDependency(made);
  }
}
