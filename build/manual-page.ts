import { commandReference, NAME, Part, Section } from './command-reference';

/** The text of docs/nhi.1, a manual page in the macros of man(7), which every man has. */
export function generateManualPage(reference = commandReference()): string {
  return [
    `.TH ${NAME.toUpperCase()} 1 "" "cdk-nhi-lifecycle" "User Commands"`,
    // Neither hyphenated nor with wide gaps.
    '.nh',
    '.ad l',
    ...reference.flatMap((section) => rendered(section, '.SH')),
    '',
  ].join('\n');
}

function rendered({ title, parts, sections }: Section, macro: '.SH' | '.SS'): string[] {
  const shown = macro === '.SH' ? title.toUpperCase() : title;
  return [`${macro} "${escaped(shown).replaceAll('"', '""')}"`, ...parts.flatMap(renderedPart), ...sections.flatMap((below) => rendered(below, '.SS'))];
}

function renderedPart(part: Part): string[] {
  if ('text' in part) {
    return ['.PP', line(part.text)];
  }
  if ('lines' in part) {
    return part.lines.length === 0 ? [] : ['.PP', '.nf', ...part.lines.map(line), '.fi'];
  }
  return part.rows.flatMap(([name, says]) => ['.TP', `\\fB${line(name)}\\fR`, line(says)]);
}

/** A line of text. A period or an apostrophe at its beginning would be a request. */
function line(text: string): string {
  return escaped(text).replace(/^[.']/, '\\&$&');
}

function escaped(text: string): string {
  return text.replace(/\\/g, '\\e').replace(/-/g, '\\-').replace(/[^\x20-\x7e]/gu, (char) => `\\[u${char.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}]`);
}
