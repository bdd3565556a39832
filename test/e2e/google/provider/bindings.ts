import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as ts from 'typescript';
import { Attribute, AttributeType, Block, NestedBlock } from './schema';

const LIB = join(dirname(require.resolve('@cdktf/provider-google/package.json')), 'lib');
const PRIMITIVES: Readonly<Record<string, 'string' | 'number' | 'bool'>> = { 'string': 'string', 'number': 'number', 'boolean': 'bool', 'cdktf.IResolvable': 'bool' };
const MAPS: Readonly<Record<string, 'string' | 'number' | 'bool'>> = { 'cdktf.StringMap': 'string', 'cdktf.NumberMap': 'number', 'cdktf.BooleanMap': 'bool' };

/** Facts in the type declarations of one of the bindings. */
interface Declared {
  /** Such as `google_service_account`. The provider's own type is `google`. */
  readonly type: string;
  readonly block: Block;
  readonly timeouts: readonly string[];
}

/**
 * Reads the schema of a resource from `@cdktf/provider-google/lib/<module>`, which was generated from provider 6.50.0: names, types, required
 * attributes. The table of resources has what the declarations lack: which changes force a replacement, and which attributes are both optional and
 * computed.
 */
export function declaredIn(module: string): Declared {
  return new Module(module).declared();
}

class Module {
  private readonly interfaces = new Map<string, ts.InterfaceDeclaration>();
  private readonly classes = new Map<string, ts.ClassDeclaration>();
  private readonly source: ts.SourceFile;
  private readonly script: string;
  /** Terraform's names by the bindings' names. */
  private readonly names = new Map<string, string>();

  public constructor(private readonly module: string) {
    this.script = readFileSync(join(LIB, module, 'index.js'), 'utf8');
    this.source = ts.createSourceFile('index.d.ts', readFileSync(join(LIB, module, 'index.d.ts'), 'utf8'), ts.ScriptTarget.ES2022, true);
    for (const statement of this.source.statements) {
      if (ts.isInterfaceDeclaration(statement)) {
        this.interfaces.set(statement.name.text, statement);
      } else if (ts.isClassDeclaration(statement) && statement.name !== undefined) {
        this.classes.set(statement.name.text, statement);
      }
    }
    for (const [, name] of this.script.matchAll(/["']([a-z][a-z0-9_]*)["']/g)) {
      // The bindings call `crc32c` crc32C.
      this.names.set(name.replace(/_([a-z0-9])/g, (_all, letter: string) => letter.toUpperCase()).replace(/(\d)([a-z])/g, (all) => all.toUpperCase()), name);
    }
  }

  public declared(): Declared {
    const [name, main] = [...this.classes].find(([, { heritageClauses }]) => /Terraform(Resource|Provider)\b/.test(heritageClauses?.[0]?.getText() ?? ''))!;
    const type = /tfResourceType = "([a-z0-9_]+)"/.exec(main.getText())![1];
    const block = this.block(`${name}Config`, main, 'synthesizeHclAttributes() {');
    const { timeouts, ...blocks } = block.blocks;
    const { id: _id, alias: _alias, ...attributes } = block.attributes;
    return { type, block: { attributes, blocks }, timeouts: Object.keys(timeouts?.block.attributes ?? {}) };
  }

  private block(interfaceName: string, output: ts.ClassDeclaration | undefined, hcl: string): Block {
    const attributes: Record<string, Attribute> = {};
    const blocks: Record<string, NestedBlock> = {};
    const isSet = this.setsIn(hcl);
    const settable = new Set<string>();
    for (const member of this.interfaces.get(interfaceName)?.members ?? []) {
      if (!ts.isPropertySignature(member) || member.type === undefined) {
        continue;
      }
      settable.add(member.name.getText());
      const name = /#([a-z0-9_]+) \w+#\1\}/.exec(member.getFullText())![1];
      const required = member.questionToken === undefined;
      const [text, many] = bare(member.type.getText());
      if (this.interfaces.has(text)) {
        const nested = this.block(text, this.classes.get(`${text}OutputReference`), `function ${text[0].toLowerCase()}${text.slice(1)}ToHclTerraform(`);
        blocks[name] = { nesting: isSet.has(name) ? 'set' : 'list', required, maxItems: many ? 0 : 1, block: nested };
      } else {
        attributes[name] = { type: this.typeOf(text, many, isSet.has(name)), ...required ? { required } : { optional: true } };
      }
    }
    for (const [property, text] of this.getters(output)) {
      if (!settable.has(property)) {
        attributes[this.terraformName(property)] = { type: this.computedType(text), computed: true };
      }
    }
    return { attributes, blocks };
  }

  /** Getters without an input counterpart are attributes that only the provider sets. */
  private getters(output: ts.ClassDeclaration | undefined): [string, string][] {
    const found = [...output?.members ?? []].filter(ts.isGetAccessor)
      .map((member): [string, string] => [member.name.getText(), member.type!.getText()]);
    const names = new Set(found.map(([name]) => name));
    const isInput = (name: string) => name === 'internalValue' || (name.endsWith('Input') && names.has(name.slice(0, -'Input'.length)));
    return found.filter(([name]) => !isInput(name) && name !== 'fqn');
  }

  private computedType(text: string): AttributeType {
    const list = /^(\w+)List$/.exec(text)?.[1];
    if (list !== undefined) {
      return { of: 'list', element: this.block('', this.classes.get(`${list}OutputReference`), '') };
    }
    return this.typeOf(...bare(text), false);
  }

  private typeOf(text: string, many: boolean, isSet: boolean): AttributeType {
    const mapped = MAPS[text] ?? PRIMITIVES[/^\{\s*\[key: string\]: \(?(\w+)/.exec(text)?.[1] ?? ''];
    if (mapped !== undefined) {
      return { of: 'map', element: mapped };
    }
    const primitive = PRIMITIVES[text];
    if (primitive === undefined) {
      throw new Error(`${this.module} declares the type ${text}, which the stand-in does not know`);
    }
    return many ? { of: isSet ? 'set' : 'list', element: primitive } : primitive;
  }

  private terraformName(property: string): string {
    const name = this.names.get(property);
    if (name === undefined) {
      throw new Error(`${this.module} has ${property}, which Terraform's name is not found of`);
    }
    return name;
  }

  /** Only the script distinguishes a set from a list. */
  private setsIn(hcl: string): Set<string> {
    const start = hcl === '' ? -1 : this.script.indexOf(hcl);
    const body = start < 0 ? '' : this.script.slice(start, this.script.indexOf('Object.fromEntries', start));
    return new Set([...body.matchAll(/(\w+): \{\s*value: .*\s*isBlock: \w+,\s*type: "set"/g)].map(([, name]) => name));
  }
}

/** A type without its `| IResolvable`, and whether it is a list. */
function bare(text: string): [string, boolean] {
  const type = text.replace(/ ?\| cdktf\.IResolvable| \| undefined/g, '').trim();
  const list = /^(.*)\[\]$/.exec(type)?.[1] ?? /^Array<(.*)>$/.exec(type)?.[1];
  return list === undefined ? [type, false] : [list.replace(/^\((.*)\)$/, '$1'), true];
}
