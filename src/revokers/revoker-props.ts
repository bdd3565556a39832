import { aws_kms as kms, aws_lambda as lambda, aws_secretsmanager as secretsmanager } from 'aws-cdk-lib';
import { RevokerKind, RevokerSettings } from '../contract/revokers';
import { MonthlyCost } from '../core/monthly-cost';

/** What all kinds of revokers have in common. */
export interface RevokerProps {
  /**
   * Name of the agent at the third party, such as its user name: up to 256 visible characters.
   *
   * @default - the agent's name
   */
  readonly subject?: string;

  /**
   * What the integration costs each month: declared, or looked up by a tag. It is added up by `nhi status`, and the decommission certificate says what is no longer paid.
   *
   * @default - not known
   */
  readonly monthlyCost?: MonthlyCost;
}

/** What the kinds have in common that can deactivate access and activate it again. */
export interface SuspendableRevokerProps extends RevokerProps {
  /**
   * Whether a suspension of the agent deactivates the access, and its resumption activates it again.
   *
   * @default true
   */
  readonly onSuspend?: boolean;
}

/**
 * What an agent's construct needs to know of a revoker.
 *
 * @internal
 */
export interface RevokerFacts {
  readonly id: string;
  readonly kind: RevokerKind;
  readonly settings: RevokerSettings;
  readonly monthlyCost?: MonthlyCost;
  readonly onSuspend: boolean;
  /** Full name of the secret at Google. Only an agent on Google can have it. */
  readonly googleSecret?: string;
  /** What the registry's function must be able to read or invoke. Only an agent on AWS can have it. */
  readonly secrets: readonly secretsmanager.ISecret[];
  readonly functions: readonly lambda.IFunction[];
  /** What it must be able to sign with. Only an agent on AWS can have it. */
  readonly keys: readonly kms.IKey[];
}
