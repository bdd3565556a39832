import { CfnResource, Validations } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';

/** Rules of a tool that find something that stays, each with the reason. */
export type Reasons = Readonly<Record<string, string>>;

/** What static checks find in a resource, and why it stays. */
export interface Findings {
  /** Findings of cdk-nag, such as `AwsSolutions-S1`. */
  readonly nag?: Reasons;
  /** Rules of cfn-lint, such as `W3005`. */
  readonly cfnLint?: Reasons;
  /** Checks of checkov, such as `CKV_AWS_18`. */
  readonly checkov?: Reasons;
}

/**
 * Acknowledges findings, so that the checks of the user's app report none in what this library creates. cdk-nag reads the metadata of constructs, which is not
 * part of the template; cfn-lint and checkov read the metadata of resources. None of the three is a dependency.
 */
export function acknowledge(construct: IConstruct, { nag, cfnLint, checkov }: Findings): void {
  if (nag !== undefined) {
    // Not by `Validations.acknowledge()`: before aws-cdk-lib 2.262 it refuses ids with "::" twice, as in AwsSolutions-IAM5[Resource::arn:aws:s3:::x/*].
    const ids = Object.entries(nag).map(([id, reason]) => [`Annotation::${id}`, reason]);
    construct.node.addMetadata(Validations.ACKNOWLEDGED_RULES_METADATA_KEY, Object.fromEntries(ids));
  }
  if (cfnLint !== undefined) {
    resourceOf(construct).addMetadata('cfn-lint', cfnLintMetadata(cfnLint));
  }
  if (checkov !== undefined) {
    resourceOf(construct).addMetadata('checkov', { skip: Object.entries(checkov).map(([id, comment]) => ({ id, comment })) });
  }
}

/** Metadata of a resource, under the key `cfn-lint`. It reads `config` only. */
export function cfnLintMetadata(reasons: Reasons): object {
  return { config: { ignore_checks: Object.keys(reasons) }, reasons };
}

function resourceOf(construct: IConstruct): CfnResource {
  return (CfnResource.isCfnResource(construct) ? construct : construct.node.defaultChild) as CfnResource;
}
