import { Annotations, DefaultTokenResolver, Lazy, StringConcat, TerraformAsset, TerraformElement, TerraformResource, TerraformStack, Token, Tokenization } from 'cdktf';
import { Construct, IConstruct } from 'constructs';

/*
 * The one door to CDKTF: no other file imports it, so that another edition of it is a change of this file.
 */
export { Annotations, TerraformAsset, TerraformElement, TerraformResource, TerraformStack };

/** Whether a text is known only at deployment. */
export function isUnresolved(value: string): boolean {
  return Token.isUnresolved(value);
}

/** A value as Terraform will read it: the same at each synthesis, whatever numbers its tokens have. */
export function asRendered<T>(scope: IConstruct, value: T): T {
  return Tokenization.resolve(value, { scope, resolver: new DefaultTokenResolver(new StringConcat()), preparing: false }) as T;
}

/** Addresses of all resources that a construct is made of. */
export function addressesIn(construct: IConstruct): string[] {
  return construct.node.findAll()
    .filter((node): node is TerraformResource => TerraformResource.isTerraformResource(node))
    .map(({ terraformResourceType, friendlyUniqueId }) => `${terraformResourceType}.${friendlyUniqueId}`);
}

/** What a resource of the same stack says at deployment. A getter of the bindings makes a token each time, which costs a stack trace. */
export function attribute(type: string, address: string, name: string): string {
  return `\${${type}.${address}.${name}}`;
}

/** A text of people's, that Terraform shall not evaluate. */
export function verbatim(text: string): string {
  return text.replace(/[$%](?=\{)/g, '$&$&');
}

/** A text that is made when the stack is rendered. */
export function lazily(produce: () => string): string {
  return Lazy.stringValue({ produce });
}

/** Says which Terraform a stack needs, unless it says so itself. */
export function wantTerraform(stack: TerraformStack, version: string): void {
  const { rawOverrides } = stack as unknown as { rawOverrides: { terraform?: { required_version?: string } } };
  if (rawOverrides.terraform?.required_version === undefined) {
    stack.addOverride('terraform.required_version', version);
  }
}

/** A list that is made when the stack is rendered. */
export function lazyList(produce: () => string[]): string[] {
  return Lazy.listValue({ produce });
}

/** `terraform_data` as plainly as Terraform has it: CDKTF's own `DataResource` calls the `terraform` command at synthesis. */
export class TerraformData extends TerraformResource {
  private readonly attributes: Record<string, unknown>;

  public constructor(scope: Construct, id: string, attributes: Record<string, unknown>) {
    super(scope, id, { terraformResourceType: 'terraform_data' });
    this.attributes = attributes;
  }

  protected synthesizeAttributes(): Record<string, unknown> {
    return this.attributes;
  }
}
