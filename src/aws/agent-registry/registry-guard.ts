import { CustomResource, Duration } from 'aws-cdk-lib';
import { Construct, IDependable } from 'constructs';

export interface RegistryGuardProps {
  readonly registryName: string;
  /** ARN of the function that looks into the ledger. */
  readonly serviceToken: string;
  /** All that must not go while agents live. */
  readonly guarded: IDependable[];
}

/**
 * Keeps a registry from being deleted while agents live. It depends on everything else, so its Delete comes first:
 * when it is refused, CloudFormation stops before anything is lost.
 */
export class RegistryGuard extends Construct {
  private readonly resource: CustomResource;

  constructor(scope: Construct, id: string, props: RegistryGuardProps) {
    super(scope, id);
    this.resource = new CustomResource(this, 'Resource', {
      serviceToken: props.serviceToken,
      resourceType: 'Custom::AgentRegistryGuard',
      serviceTimeout: Duration.minutes(5),
      properties: { SchemaVersion: '1', Registry: props.registryName },
    });
    this.resource.node.addDependency(...props.guarded);
  }

  /** Keeps something more. */
  public keep(made: IDependable): void {
    this.resource.node.addDependency(made);
  }
}
