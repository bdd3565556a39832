/** A resource type's schema in Terraform's terms. The Go program reads it as JSON. */
export interface Block {
  readonly attributes: Readonly<Record<string, Attribute>>;
  readonly blocks: Readonly<Record<string, NestedBlock>>;
}

export interface Attribute {
  readonly type: AttributeType;
  readonly required?: boolean;
  readonly optional?: boolean;
  readonly computed?: boolean;
  readonly forceNew?: boolean;
}

export type AttributeType = 'string' | 'number' | 'bool' | { readonly of: 'list' | 'set' | 'map'; readonly element: 'string' | 'number' | 'bool' | Block };

export interface NestedBlock {
  readonly nesting: 'list' | 'set';
  readonly required: boolean;
  /** 0: any number. */
  readonly maxItems: number;
  readonly forceNew?: boolean;
  readonly block: Block;
}

/** How the fake stores a resource type, and what the bindings lack about it. */
export interface ResourceTraits {
  /** Attributes whose change replaces the resource. `*` is all of them. */
  readonly forceNew: readonly string[];
  /** Optional attributes and blocks that the provider fills in. Those in blocks by their path, such as `template.timeout`. */
  readonly optionalComputed?: readonly string[];
  /** The name in the fake, with attributes in braces. It is also the resource's id. */
  readonly name: string;
  /** Other computed attributes that constructs read, in the same form. */
  readonly computed?: Readonly<Record<string, string>>;
  /** Whether the project must be given or be the provider's, because it isn't read from a full name. */
  readonly needsProject?: boolean;
  /** Whether `deletion_protection` is on by default, so that nothing is deleted before it was turned off. */
  readonly protected?: boolean;
  /** For an IAM member: where the policy is read and written. */
  readonly policy?: PolicyDoor;
}

export interface PolicyDoor {
  readonly read: string;
  readonly write: string;
  /** Cloud Storage expects the policy itself, the others expect it in an object. */
  readonly bare?: boolean;
  /** Version of the policy that is read and written. @default 3 */
  readonly version?: number;
}

export interface ResourceSchema extends ResourceTraits {
  readonly block: Block;
  readonly timeouts: readonly string[];
}
