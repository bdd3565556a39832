import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { unifiedDiff } from '../../../runtime/adoption';

/** Applies a difference of texts that end with a line break as its form says, hunk by hunk. */
function applied(before: string, diff: string): string {
  const lines = before.split('\n').slice(0, -1);
  const out: string[] = [];
  let at = 0;
  for (const line of diff.split('\n').slice(2)) {
    const [, from, count] = /^@@ -(\d+),(\d+) \+\d+,\d+ @@$/.exec(line) ?? [];
    if (from !== undefined) {
      const start = Number(count) === 0 ? Number(from) : Number(from) - 1;
      out.push(...lines.slice(at, start));
      at = start;
      continue;
    }
    const [mark, text] = [line[0], line.slice(1)];
    if (mark !== '+') {
      expect(lines[at++]).toBe(text);
    }
    if (mark !== '-') {
      out.push(text);
    }
  }
  return [...out, ...lines.slice(at)].map((line) => `${line}\n`).join('');
}

const text = fc.array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 30 }).map((lines) => lines.map((line) => `${line}\n`).join(''));

test('applied to the one text, the difference gives the other', () => {
  fc.assert(fc.property(text, text, (before, after) => {
    const diff = unifiedDiff('x', before, after);
    expect(diff === '' ? before : applied(before, diff)).toBe(after);
  }));
});

test('so it does for texts that are too long to compare each line with each', () => {
  const lines = (from: number): string => Array.from({ length: 60_000 }, (_, index) => `${from + index % 7}\n`).join('');
  const [before, after] = [`first\n${lines(1)}last\n`, `first\n${lines(5)}last\n`];
  expect(applied(before, unifiedDiff('x', before, after))).toBe(after);
});

test('two equal texts have no difference', () => {
  expect(unifiedDiff('x', 'a\n', 'a\n')).toBe('');
});

test('Git takes it: changed, new and removed files, and one without a line break at its end', () => {
  const folder = mkdtempSync(join(tmpdir(), 'nhi-diff-'));
  try {
    const long = Array.from({ length: 40 }, (_, index) => `line ${index}`).join('\n');
    writeFileSync(join(folder, 'changed.ts'), long);
    writeFileSync(join(folder, 'removed.ts'), 'a\nb\n');
    const after = `${long.replace('line 3\n', '').replace('line 20', 'line twenty')}\nmore\n`;
    const diff = [unifiedDiff('changed.ts', long, after), unifiedDiff('new.ts', undefined, 'x\n'), unifiedDiff('removed.ts', 'a\nb\n', undefined)].join('\n');
    writeFileSync(join(folder, 'all.diff'), `${diff}\n`);
    execFileSync('git', ['apply', 'all.diff'], { cwd: folder, env: { ...process.env, GIT_CEILING_DIRECTORIES: tmpdir(), GIT_DIR: join(folder, 'no-repository') } });

    expect(readFileSync(join(folder, 'changed.ts'), 'utf8')).toBe(after);
    expect(readFileSync(join(folder, 'new.ts'), 'utf8')).toBe('x\n');
    expect(() => readFileSync(join(folder, 'removed.ts'))).toThrow(/ENOENT/);
    expect(diff).toContain('@@ -1,7 +1,6 @@\n line 0\n line 1\n line 2\n-line 3\n line 4');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
