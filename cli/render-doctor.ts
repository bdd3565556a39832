import { Paint, plain, Tone } from './colours';
import { widthOf } from './fit-table';
import { printable } from '../runtime/evidence';
import { Examination, Finding } from '../runtime/operator';

/** Upper case is for what somebody should look at. */
const LABELS: Readonly<Record<Finding['severity'], string>> = { ok: 'ok', warning: 'WARNING', error: 'ERROR', unknown: 'UNKNOWN' };
const TONES: Readonly<Record<Finding['severity'], Tone>> = { ok: 'good', warning: 'warning', error: 'bad', unknown: 'warning' };
const INDENT = 9;
const LEAST = 20;

/** What was found of a registry: each finding with its fix below it, broken at words so that it fits the terminal. */
export function renderExamination(
  { registry, account, region, at, livingAgents, findings }: Examination, columns: number | undefined, paint: Paint = plain,
): string {
  const count = (severity: Finding['severity']): number => findings.filter((finding) => finding.severity === severity).length;
  return [
    ...broken(`registry ${registry} in account ${account}, ${region}, with ${livingAgents} living agents, at ${at}`, '', columns),
    ...findings.flatMap(({ check, severity, seen, fix }) => [
      ...broken(`${check}: ${seen}`, LABELS[severity].padEnd(INDENT), columns).map((line) => line.replace(/^\w+/, (label) => paint(TONES[severity], label))),
      ...(fix === undefined ? [] : broken(`fix: ${fix}`, ' '.repeat(INDENT), columns)),
    ]),
    ...broken(`${count('error')} errors, ${count('warning')} warnings, ${count('unknown')} not checked, ${count('ok')} ok`, '', columns),
  ].join('\n');
}

/** A text in lines, the first one after its label. A word that is longer than a line is broken too. */
function broken(text: string, label: string, columns: number | undefined): string[] {
  const room = columns === undefined ? Infinity : Math.max(LEAST, columns - label.length);
  const lines = [''];
  for (const word of printable(text).split(' ')) {
    const last = lines.at(-1)!;
    if (last !== '' && widthOf(last) + 1 + widthOf(word) <= room) {
      lines[lines.length - 1] = `${last} ${word}`;
      continue;
    }
    const parts = pieces(word, room);
    lines.splice(last === '' ? -1 : lines.length, 1, ...parts);
  }
  return lines.map((line, index) => (index === 0 ? label : ' '.repeat(label.length)) + line);
}

function pieces(word: string, room: number): string[] {
  const all = [''];
  for (const char of word) {
    if (widthOf(all.at(-1)! + char) > room) {
      all.push('');
    }
    all[all.length - 1] += char;
  }
  return all;
}
