import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const PROJECT = join(__dirname, '..', '..');
const DOCUMENTS = ['README.md', ...readdirSync(join(PROJECT, 'docs', 'guide')).map((file) => join('docs', 'guide', file))].filter((file) => file.endsWith('.md'));
const BLOCK = /(?:<!-- from (\S+) -->\n)?```ts\n([\s\S]*?)```/g;

// The type check compiles examples/; this holds that the documents show them and nothing else.
describe.each(DOCUMENTS)('%s', (document) => {
  const blocks = [...readFileSync(join(PROJECT, document), 'utf8').matchAll(BLOCK)];

  test('takes its code from compiled examples', () => {
    for (const [, source, code] of blocks) {
      if (source === undefined) {
        throw new Error(`DocsCodeUntested: a code block has no \`<!-- from examples/... -->\` line: ${code.slice(0, 200)}`);
      }
      expect(withoutIndent(readFileSync(join(PROJECT, source), 'utf8'))).toContain(withoutIndent(code));
    }
  });
});

function withoutIndent(code: string): string {
  return code.split('\n').map((line) => line.trim()).filter((line) => line !== '').join('\n');
}
