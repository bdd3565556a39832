import { IConstruct } from 'constructs';

/** A Google provider of a stack. `GoogleProvider` of `@cdktf/provider-google` is one. */
export interface IGoogleProvider extends IConstruct {
  /** How resources name it in Terraform: `google`, or `google.<alias>` for one with an alias. */
  readonly fqn: string;
  /** Its type in Terraform: `google`. */
  readonly terraformResourceType: string;
}
