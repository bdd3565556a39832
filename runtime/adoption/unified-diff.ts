const CONTEXT = 3;
/** Pairs of lines that are compared for a shortest list: 40 MB. Policies of others decide how long a file is. */
const MOST_PAIRS = 10_000_000;
const NO_NEWLINE = '\\ No newline at end of file';

/** One line of a difference: kept, removed or added. */
interface Edit {
  readonly mark: ' ' | '-' | '+';
  readonly line: string;
}

/** The difference of two texts in unified form, which `git apply` and `patch` take. Undefined stands for a file that is not there. */
export function unifiedDiff(path: string, before: string | undefined, after: string | undefined): string {
  if (before === after) {
    return '';
  }
  const edits = editsOf(linesOf(before), linesOf(after));
  return [`--- ${before === undefined ? '/dev/null' : `a/${path}`}`, `+++ ${after === undefined ? '/dev/null' : `b/${path}`}`, ...hunksOf(edits)].join('\n');
}

/** Lines with their line break. A last line without one has a remark instead, as in the output of `diff`. */
function linesOf(text = ''): string[] {
  const lines = text.split('\n');
  const last = lines.pop()!;
  return last === '' ? lines : [...lines, `${last}\n${NO_NEWLINE}`];
}

/** A shortest list of edits, by the longest common subsequence of what differs. Of very long texts, all of that is removed and added. */
function editsOf(before: readonly string[], after: readonly string[]): Edit[] {
  let [start, end] = [0, 0];
  while (start < before.length && start < after.length && before[start] === after[start]) {
    start += 1;
  }
  while (end < before.length - start && end < after.length - start && before[before.length - 1 - end] === after[after.length - 1 - end]) {
    end += 1;
  }
  const [old, young] = [before.slice(start, before.length - end), after.slice(start, after.length - end)];
  return [...before.slice(0, start).map(kept), ...between(old, young), ...before.slice(before.length - end).map(kept)];
}

function kept(line: string): Edit {
  return { mark: ' ', line };
}

function between(old: readonly string[], young: readonly string[]): Edit[] {
  if (old.length * young.length > MOST_PAIRS) {
    return [...old.map((line): Edit => ({ mark: '-', line })), ...young.map((line): Edit => ({ mark: '+', line }))];
  }
  const width = young.length + 1;
  // common[i * width + j]: length of the longest common subsequence of what is left from i and from j on.
  const common = new Uint32Array((old.length + 1) * width);
  for (let i = old.length - 1; i >= 0; i--) {
    for (let j = young.length - 1; j >= 0; j--) {
      common[i * width + j] = old[i] === young[j] ? common[(i + 1) * width + j + 1] + 1
        : Math.max(common[(i + 1) * width + j], common[i * width + j + 1]);
    }
  }
  const edits: Edit[] = [];
  let [i, j] = [0, 0];
  while (i < old.length || j < young.length) {
    if (i < old.length && j < young.length && old[i] === young[j]) {
      edits.push(kept(old[i]));
      i += 1;
      j += 1;
    } else if (i < old.length && (j === young.length || common[(i + 1) * width + j] >= common[i * width + j + 1])) {
      edits.push({ mark: '-', line: old[i++] });
    } else {
      edits.push({ mark: '+', line: young[j++] });
    }
  }
  return edits;
}

function hunksOf(edits: readonly Edit[]): string[] {
  const changed = edits.flatMap(({ mark }, index) => (mark === ' ' ? [] : [index]));
  const groups: { from: number; to: number }[] = [];
  for (const index of changed) {
    const last = groups.at(-1);
    const [from, to] = [Math.max(0, index - CONTEXT), Math.min(edits.length, index + CONTEXT + 1)];
    if (last !== undefined && from <= last.to) {
      last.to = to;
    } else {
      groups.push({ from, to });
    }
  }
  return groups.flatMap(({ from, to }) => {
    const hunk = edits.slice(from, to);
    return [`@@ -${range(edits, from, hunk, '+')} +${range(edits, from, hunk, '-')} @@`, ...hunk.map(({ mark, line }) => `${mark}${line}`)];
  });
}

/** Where a hunk is in one of the files, which does not have the lines of the other's mark. */
function range(edits: readonly Edit[], from: number, hunk: readonly Edit[], others: Edit['mark']): string {
  const count = hunk.filter(({ mark }) => mark !== others).length;
  const before = edits.slice(0, from).filter(({ mark }) => mark !== others).length;
  return `${count === 0 ? before : before + 1},${count}`;
}
