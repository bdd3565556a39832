import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { RESOURCES } from './provider/resources';
import { Tools, tools, Workspace } from './terraform';

const LIB = join(dirname(require.resolve('@cdktf/provider-google/package.json')), 'lib');
const SRC = join(__dirname, '..', '..', '..', 'src', 'google');

interface AttributeSchema {
  type: unknown;
  required?: boolean;
  optional?: boolean;
}
interface BlockSchema {
  attributes?: Record<string, AttributeSchema>;
  block_types?: Record<string, { nesting_mode: string; min_items?: number }>;
}

/**
 * The stand-in's schema is made from the type declarations. This test compares the schema of the built provider with what the bindings do at run
 * time: which names they write, which of them as blocks, and of which type. So neither can deviate from provider 6.50.0.
 */
describe('the stand-in provider', () => {
  let made: Tools;
  let schemas: Record<string, { block: BlockSchema }>;

  beforeAll(async () => {
    made = await tools();
    const workspace = await Workspace.open(made);
    await workspace.configure({ terraform: { required_providers: { google: { source: 'google', version: '6.50.0' } } } });
    await workspace.must('init', '-input=false');
    schemas = JSON.parse(await workspace.must('providers schema', '-json')).provider_schemas['registry.terraform.io/hashicorp/google'].resource_schemas;
    await workspace.close();
  }, 600_000);

  test.each(Object.keys(RESOURCES))('has %s as the bindings write it', (module) => {
    const { type, written, required, computed } = ofBindings(module);
    const { attributes = {}, block_types: blocks = {} } = schemas[type].block;
    const isComputedOnly = ({ required: needed, optional }: AttributeSchema) => !needed && !optional;
    const settable = Object.keys(attributes).filter((name) => !isComputedOnly(attributes[name]));
    expect([...settable, ...Object.keys(blocks)].sort()).toEqual([...written.keys()].sort());
    expect(Object.keys(attributes).filter((name) => isComputedOnly(attributes[name])).sort()).toEqual(computed);
    for (const [name, kind] of written) {
      expect([name, blocks[name]?.nesting_mode ?? attributes[name].type]).toEqual([name, kind]);
      expect([name, attributes[name]?.required === true || (blocks[name]?.min_items ?? 0) > 0]).toEqual([name, required.has(name)]);
    }
  });
});

test('the stand-in has each resource type that the constructs use', () => {
  const used = [...readFileSync(join(SRC, 'provider.ts'), 'utf8').matchAll(/provider-google\/lib\/([a-z0-9-]+)/g)].map(([, module]) => module);
  expect(used.length).toBeGreaterThan(0);
  expect(used.filter((module) => !Object.hasOwn(RESOURCES, module))).toEqual([]);
});

/** The compiled script and the declarations of a binding, read as text. This differs from how the stand-in was made. */
function ofBindings(module: string) {
  const script = readFileSync(join(LIB, module, 'index.js'), 'utf8');
  const declarations = readFileSync(join(LIB, module, 'index.d.ts'), 'utf8');
  const main = script.slice(script.lastIndexOf('extends cdktf.TerraformResource'));
  const hcl = main.slice(main.indexOf('synthesizeHclAttributes() {'));
  const entries = [...hcl.matchAll(/^ {12}(\w+): \{\n.*\n\s*isBlock: (\w+),\n\s*type: "(\w+)",\n\s*storageClassType: "(\w+)"/gm)];
  const config = /export interface \w+Config extends [\s\S]*?\n\}/.exec(declarations)![0];
  return {
    type: /terraformResourceType: '(\w+)'/.exec(main)![1],
    written: new Map(entries.map(([, name, isBlock, type, storage]) => [name, isBlock === 'true' ? (type === 'struct' ? 'single' : type) : attributeType(type, storage)])),
    required: new Set([...config.matchAll(/#(\w+) \w+#\w+\}\s*\*\/\s*readonly \w+:/g)].map(([, name]) => name)),
    computed: [...main.matchAll(/\/\/ (\w+) - computed: true, optional: false, required: false/g)].map(([, name]) => name).filter((name, index, all) => all.indexOf(name) === index).sort(),
  };
}

function attributeType(type: string, storage: string): unknown {
  const element = /^(string|number|boolean)/.exec(storage)![1].replace('boolean', 'bool');
  return type === 'simple' ? element : [type, element];
}
