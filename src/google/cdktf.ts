import { Annotations, DefaultTokenResolver, Fn, Lazy, StringConcat, TerraformAsset, TerraformElement, TerraformResource, TerraformStack, Token, Tokenization } from 'cdktf';
import { Construct, IConstruct } from 'constructs';
import { InvalidInputError } from '../core/errors';

/*
 * The one door to CDKTF: no other file imports it, so that another edition of it is a change of this file.
 */
export { Annotations, TerraformAsset, TerraformElement, TerraformResource, TerraformStack };

/** Whether a text is known only at deployment. */
export function isUnresolved(value: string): boolean {
  return Token.isUnresolved(value);
}

/** A value as Terraform will read it. It is the same at each synthesis, whatever numbers its tokens have. */
export function asRendered<T>(scope: IConstruct, value: T): T {
  return Tokenization.resolve(value, { scope, resolver: new DefaultTokenResolver(new StringConcat()), preparing: false }) as T;
}

/** Addresses of all resources in a construct. */
export function addressesIn(construct: IConstruct): string[] {
  return construct.node.findAll()
    .filter((node): node is TerraformResource => TerraformResource.isTerraformResource(node))
    .map(({ terraformResourceType, friendlyUniqueId }) => `${terraformResourceType}.${friendlyUniqueId}`);
}

/**
 * An attribute of a resource in the same stack, known at deployment. A getter of the bindings would create a token each time, with an expensive stack
 * trace.
 */
export function attribute(type: string, address: string, name: string): string {
  return `\${${type}.${address}.${name}}`;
}

/** A part of a name that is known only at deployment. Parts are separated by slashes and numbered from 0. */
export function partOf(name: string, index: number): string {
  return Fn.element(Fn.split('/', name), index) as string;
}

/** A text that is computed when the stack is rendered. */
export function lazily(produce: () => string): string {
  return Lazy.stringValue({ produce });
}

/** Sets the Terraform version that a stack requires, unless the stack sets it itself. */
export function wantTerraform(stack: TerraformStack, version: string): void {
  const { rawOverrides } = stack as unknown as { rawOverrides: { terraform?: { required_version?: string } } };
  if (rawOverrides.terraform?.required_version === undefined) {
    stack.addOverride('terraform.required_version', version);
  }
}

/** Replaces a resource whenever an attribute of another is planned to change, such as `terraform_data.x.id` when that resource is replaced. */
export function replaceWith(resource: TerraformResource, ...attributes: string[]): void {
  resource.addOverride('lifecycle.replace_triggered_by', attributes);
}

/** A stack as Terraform receives it. */
export interface RenderedStack {
  removed?: unknown;
  readonly resource?: Record<string, Record<string, Record<string, unknown>>>;
}

/**
 * Changes or checks what a stack renders, after its elements and all overrides, whenever those were set. Rejects HCL, because CDKTF renders overrides
 * of the stack only into JSON.
 */
export function afterRender(stack: TerraformStack, change: (rendered: RenderedStack) => void): void {
  const render = stack.toTerraform.bind(stack);
  stack.toTerraform = () => {
    const rendered = render();
    change(rendered);
    return rendered;
  };
  stack.toHclTerraform = () => {
    throw new InvalidInputError('HclOutputUnsupported', `${stack.node.path}: a stack with agents can't be rendered as HCL: leave hclOutput off`);
  };
}

/** A list that is computed when the stack is rendered. */
export function lazyList(produce: () => string[]): string[] {
  return Lazy.listValue({ produce });
}

/** Terraform's `terraform_data`. CDKTF's own `DataResource` calls the `terraform` command at synthesis. */
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
