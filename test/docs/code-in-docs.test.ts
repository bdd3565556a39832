import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const PROJECT = join(__dirname, '..', '..');
const DOCUMENTS = ['README.md', ...readdirSync(join(PROJECT, 'docs', 'guide')).map((file) => join('docs', 'guide', file))].filter((file) => file.endsWith('.md'));
/** For people who write no code. */
const WITHOUT_CODE = ['docs/guide/auditors.md', 'docs/guide/inventory.md', 'docs/guide/operators.md', 'docs/guide/sponsors.md'];
const BLOCK = /(?:<!-- from (\S+) -->\n)?```(\S*)\n([\s\S]*?)```/g;
/** Languages of blocks that are not compiled: commands and their output. */
const NOT_CODE = ['sh', 'text', 'json'];

// The type check compiles examples/. This test checks that the documents contain exactly that code.
describe.each(DOCUMENTS)('%s', (document) => {
  const text = readFileSync(join(PROJECT, document), 'utf8');
  const blocks = [...text.matchAll(BLOCK)].map(([, source, language, code]) => ({ source, language, code }));
  const shown = blocks.filter(({ language }) => language === 'ts');

  test('takes its code from compiled examples', () => {
    expect(shown.length > 0).toBe(!WITHOUT_CODE.includes(document));
    for (const { source, code } of shown) {
      if (source === undefined) {
        throw new Error(`DocsCodeUntested: a code block has no \`<!-- from examples/... -->\` line: ${code.slice(0, 200)}`);
      }
      expect(withoutIndent(readFileSync(join(PROJECT, source), 'utf8'))).toContain(withoutIndent(code));
    }
  });

  test('labels each block as code that is compiled, or as no code', () => {
    expect(blocks.map(({ language }) => language).filter((language) => language !== 'ts' && !NOT_CODE.includes(language))).toEqual([]);
  });

  test('shows a block after each line that names its source', () => {
    expect(shown.filter(({ source }) => source !== undefined)).toHaveLength(text.split('<!-- from ').length - 1);
  });
});

function withoutIndent(code: string): string {
  return code.split('\n').map((line) => line.trim()).filter((line) => line !== '').join('\n');
}
