import { asRendered, TerraformElement } from '../cdktf';

/** A block of the configuration: a resource, a data source, a local value or a module. */
export interface Block {
  /** Address in references, such as `google_storage_bucket.notes`, `data.google_project.own` or `local.email`. */
  readonly address: string;
  readonly element: TerraformElement;
  readonly attributes: Record<string, unknown>;
}

type Named = Record<string, unknown>;
interface Rendered {
  readonly resource?: Record<string, Named>;
  readonly data?: Record<string, Named>;
  readonly module?: Named;
  readonly locals?: Named;
}

/** The references between the blocks of a stack. */
export class StackBlocks {
  public readonly all: readonly Block[];
  private readonly byAddress: ReadonlyMap<string, Block>;
  private readonly texts = new Map<Block, string>();

  public constructor(elements: readonly TerraformElement[]) {
    this.all = elements.flatMap(blocksOf);
    this.byAddress = new Map(this.all.map((block) => [block.address, block]));
  }

  /** Everything that Terraform reads of a block. */
  public textOf(block: Block): string {
    const known = this.texts.get(block) ?? JSON.stringify(asRendered(block.element, block.attributes));
    this.texts.set(block, known);
    return known;
  }

  /** The block and everything that it depends on, directly or indirectly. `through` selects the blocks whose dependencies are followed. */
  public reach(start: Block, through: (block: Block) => boolean = () => true): Block[] {
    const reached = new Set([start]);
    for (const block of reached) {
      if (block === start || through(block)) {
        // The loop also visits elements that are added to the set meanwhile.
        this.usedBy(block).forEach((next) => reached.add(next));
      }
    }
    return [...reached];
  }

  private usedBy(block: Block): Block[] {
    return [...this.textOf(block).matchAll(/\b(?:data\.)?[a-z][a-z0-9_]*\.[A-Za-z_][\w-]*/g)].flatMap(([address]) => this.byAddress.get(address) ?? []);
  }
}

function blocksOf(element: TerraformElement): Block[] {
  const { resource, data, module: modules, locals } = element.toTerraform() as Rendered;
  const named = (prefix: string, blocks: Named = {}): Block[] => Object.entries(blocks).map(([id, value]) => {
    const { '//': _metadata, ...attributes } = typeof value === 'object' && value !== null && !Array.isArray(value) ? value as Named : { value };
    return { address: `${prefix}.${id}`, element, attributes };
  });
  const typed = (prefix: string, types: Record<string, Named> = {}) => Object.entries(types).flatMap(([type, blocks]) => named(`${prefix}${type}`, blocks));
  return [...typed('', resource), ...typed('data.', data), ...named('module', modules), ...named('local', locals)];
}
